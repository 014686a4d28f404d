import { randomBytes } from 'node:crypto';
import { readTestPostgresUrl } from '@plaza/prisma/config';
import test, { type TestFn } from 'ava';
import { dropDatabase } from '../message-bus/test/bus-under-test.ts';
import { testPubSubContract } from './test/pub-sub-contract.ts';

const server = readTestPostgresUrl();
const database = `test_pub_sub_${randomBytes(6).toString('hex')}`;
const url = new URL(server);
url.pathname = `/${database}`; // does not exist yet

testPubSubContract(test.serial as TestFn, url.href);
test.after.always(() => dropDatabase(server, database));
