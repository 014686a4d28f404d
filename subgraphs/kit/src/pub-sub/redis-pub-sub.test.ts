import test, { type TestFn } from 'ava';
import { findRedis } from '../message-bus/test/find-test-server.ts';
import { testPubSubContract } from './test/pub-sub-contract.ts';

const server = await findRedis();
if ('missing' in server) {
  test.skip(`Redis carries announcements (${server.missing})`, (t) => t.pass());
} else {
  testPubSubContract(test.serial as TestFn, server.url);
  test.after.always(() => server.stop());
}
