import { randomBytes } from 'node:crypto';
import test, { type TestFn } from 'ava';
import pg from 'pg';
import { readTestServerSettings } from '../src/test-kit/config.ts';
import { testPubSubContract } from './pub-sub-contract.ts';

const { postgresUrl } = readTestServerSettings();
const database = `test_pub_sub_${randomBytes(6).toString('hex')}`;
const url = new URL(postgresUrl);
url.pathname = `/${database}`; // does not exist yet

testPubSubContract(test.serial as TestFn, url.href);

test.after.always(async () => {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(database)} WITH (FORCE)`);
  await client.end();
});
