import test, { type TestFn } from 'ava';
import { findRedis } from '../src/test-kit/find-redis.ts';
import { testPubSubContract } from './pub-sub-contract.ts';

const server = await findRedis();
if ('missing' in server) {
  test.skip(`Redis carries announcements (${server.missing})`, (t) => t.pass());
} else {
  testPubSubContract(test.serial as TestFn, server.url);
  test.after.always(() => server.stop());
}
