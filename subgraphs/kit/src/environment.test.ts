import test from 'ava';
import { z } from 'zod';
import {
  databaseUrl,
  port,
  readEnvironment,
  sharedEnvironment,
  toSharedConfig,
} from './environment.ts';

const schema = z.object({
  ...sharedEnvironment,
  STORE_DATABASE_URL: databaseUrl('store'),
  STORE_PORT: port(4004),
});

test('an empty environment gives the defaults of npm start', (t) => {
  const read = readEnvironment(schema, {});
  t.is(read.STORE_PORT, 4004);
  t.is(read.STORE_DATABASE_URL, 'postgresql://postgres@127.0.0.1:54329/store');
  t.like(toSharedConfig(read), {
    tokenIssuer: 'plaza-identity',
    tokenAudience: 'plaza',
    jwksUrl: 'http://localhost:4001/.well-known/jwks.json',
    isProduction: false,
  });
});

test('all problems of an environment are told at once', (t) => {
  const environment = {
    STORE_PORT: '70000',
    STORE_DATABASE_URL: 'mysql://somewhere/store',
    SUBGRAPH_DATABASE_POOL_MAX: '0',
    JWKS_URL: 'nowhere',
    LOG_LEVEL: 'loud',
  };
  const error = t.throws(() => readEnvironment(schema, environment), { name: 'StartupError' });
  for (const key of Object.keys(environment)) t.true(error.message.includes(key), key);
});
