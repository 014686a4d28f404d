import test, { type TestFn } from 'ava';
import type { BusUnderTest } from './bus-under-test.ts';
import { testDelivery } from './delivery-contract.ts';
import { testFailures } from './failure-contract.ts';
import { testOutages } from './outage-contract.ts';

/** The tests that every implementation of the MessageBus must pass, against a real server. */
export function testMessageBusContract(on: BusUnderTest): void {
  const serial: TestFn = test.serial as TestFn;
  testDelivery(serial, on);
  testFailures(serial, on);
  testOutages(serial, on);
  test.after.always(() => on.clean());
}
