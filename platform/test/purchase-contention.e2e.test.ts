import { readTestPostgresUrl } from '@plaza/prisma/config';
import anyTest, { type ExecutionContext } from 'ava';
import { showReport } from '../src/purchase-check/show-report.ts';
import { readPurchaseTestSettings } from './purchase/config.ts';
import { runContention, showContention } from './purchase/contention.ts';
import { createEmbeddedBus, createRabbitmqBus, type TestBus } from './purchase/find-bus.ts';
import { startPurchasePlatform } from './purchase/purchase-platform.ts';
import { untilSettled } from './purchase/settle.ts';

// One crowd after the other: both would measure the same two cores.
const test = anyTest.serial;
const { buyers, seats, connections } = readPurchaseTestSettings();
const size = { buyers, seats, connections };
const rabbitmq = await createRabbitmqBus();

async function sellOut(t: ExecutionContext, bus: TestBus): Promise<void> {
  t.timeout(600_000);
  await using platform = await startPurchasePlatform({
    bus,
    // A buyer is called back by a webhook; the default pace of reconciliation is enough.
    environment: { PAYMENT_RECONCILE_INTERVAL_MS: '2000', PAYMENT_RECONCILE_DELAY_MS: '5000' },
  });
  const result = await runContention(platform, size);
  const report = await untilSettled(platform);
  t.log(showContention(platform, size, result));
  t.log(showReport(report));
  const isGood =
    result.failures.length === 0 &&
    result.sold === seats &&
    [...result.statuses.keys()].every((status) => status < 500) &&
    report.contradictions.length === 0 &&
    report.tickets === seats;
  if (!isGood) {
    platform.keepLogs();
    t.log(`logs: ${platform.logFolder}`);
  }
  t.deepEqual(result.failures, []);
  t.is(result.sold, seats);
  t.is(result.unlucky, buyers - seats);
  t.deepEqual([...result.statuses.keys()], [200], 'no answer but 200');
  const faults = [...result.codes.keys()].filter((code) => code !== 'RATE_LIMITED');
  t.deepEqual(faults, [], 'nothing worse than a request to come back in a moment');
  t.deepEqual(report.contradictions, []);
  t.is(report.tickets, seats);
  t.is(report.paidOrders, seats);
}

test(`${buyers} buyers want the same ${seats} seats: each is sold once (embedded bus)`, async (t) => {
  await sellOut(t, await createEmbeddedBus(readTestPostgresUrl()));
});

if ('missing' in rabbitmq) {
  test.skip(`buyers want the same seats (RabbitMQ): ${rabbitmq.missing}`, () => undefined);
} else {
  test(`${buyers} buyers want the same ${seats} seats: each is sold once (RabbitMQ)`, async (t) => {
    await sellOut(t, rabbitmq);
  });
}
