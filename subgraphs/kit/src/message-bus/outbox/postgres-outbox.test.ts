import { readTestPostgresUrl } from '@plaza/prisma/config';
import test, { type TestFn } from 'ava';
import { createPostgresUnderTest } from '../test/bus-under-test.ts';
import { testOutbox } from '../test/outbox-contract.ts';

const on = createPostgresUnderTest(readTestPostgresUrl());
testOutbox(test.serial as TestFn, on);
test.after.always(() => on.clean());
