import { readTestPostgresUrl } from '@plaza/prisma/config';
import anyTest, { type ExecutionContext } from 'ava';
import { showReport } from '../src/purchase-check/show-report.ts';
import { readPurchaseTestSettings } from './purchase/config.ts';
import { runCrashes, showCrashes } from './purchase/crash-runs.ts';
import { createEmbeddedBus, createRabbitmqBus, type TestBus } from './purchase/find-bus.ts';
import { startPurchasePlatform } from './purchase/purchase-platform.ts';
import { untilSettled } from './purchase/settle.ts';

const test = anyTest.serial;
const { crashRuns: runs, crashSeed: seed, crashBus } = readPurchaseTestSettings();
const rabbitmq = crashBus === 'embedded' ? undefined : await createRabbitmqBus();
/** A crash, a start and the end of its purchases, on a busy machine. */
const runTimeoutMs = 20_000;

async function crash(t: ExecutionContext, bus: TestBus): Promise<void> {
  t.timeout(180_000 + runs * runTimeoutMs);
  await using platform = await startPurchasePlatform({ bus });
  const summary = await runCrashes(platform, { runs, seed });
  const report = await untilSettled(platform, 90_000);
  t.log(showCrashes(bus.name, seed, summary));
  t.log(showReport(report));
  if (report.contradictions.length > 0 || summary.failures.length > 0) {
    platform.keepLogs();
    t.log(`logs: ${platform.logFolder}`);
  }
  t.deepEqual(report.contradictions, []);
  t.deepEqual(summary.failures, []);
  t.true(report.paidOrders > 0);
}

if (crashBus !== 'rabbitmq') {
  test(`${runs} crashes of any process leave all money with its tickets (embedded bus)`, async (t) => {
    await crash(t, await createEmbeddedBus(readTestPostgresUrl()));
  });
}

if (rabbitmq !== undefined) {
  if ('missing' in rabbitmq) {
    test.skip(`crashes of any process (RabbitMQ): ${rabbitmq.missing}`, () => undefined);
  } else {
    test(`${runs} crashes of any process leave all money with its tickets (RabbitMQ)`, async (t) => {
      await crash(t, rabbitmq);
    });
  }
}
