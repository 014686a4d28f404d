import { readTestPostgresUrl } from '@plaza/prisma/config';
import { createPostgresUnderTest } from '../test/bus-under-test.ts';
import { testMessageBusContract } from '../test/message-bus-contract.ts';

testMessageBusContract(createPostgresUnderTest(readTestPostgresUrl()));
