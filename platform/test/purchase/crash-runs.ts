import { setTimeout as delay } from 'node:timers/promises';
import { browseAll, Person } from './buyer.ts';
import { GraphClient } from './graph-client.ts';
import { cancelOrderMutation } from './operations.ts';
import { type PurchasePlatform, type ServiceName, serviceNames } from './purchase-platform.ts';
import { choose, randomFrom } from './random.ts';
import { signInMany } from './sign-in-many.ts';

/** A purchase takes about so long; the crash comes anywhere in it, or shortly after. */
const crashWithinMs = 1_500;
/** How long the dead process stays away at most. */
const awayMsMax = 700;
/** How long a buyer goes on asking: on a busy machine a process may take most of a minute to start. */
const patienceMs = 120_000;
/** Purchases that begin before the process dies. */
const buyersPerRun = 3;
/** Runs whose purchases go on through the crashes of the next ones. */
const openRunsMax = 3;
/** What buyers pay with; the last ones end without a ticket. */
const cards = [
  'tok_visa',
  'tok_visa',
  'tok_instant',
  'tok_slow',
  'tok_reset_then_captured',
  'tok_timeout_then_captured',
  'tok_declined_late',
  'tok_timeout_not_received',
] as const;
/** Of the buyers this share changes their mind as soon as they have paid. */
const cancelShare = 0.2;

export interface CrashSummary {
  readonly runs: number;
  readonly kills: Readonly<Record<ServiceName, number>>;
  /** How purchases ended for those who made them. */
  readonly ends: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

interface CrashRuns {
  readonly runs: number;
  readonly seed: number;
}

/**
 * Makes purchases and kills one process at a random moment of each run, starts it again, and lets the
 * buyers go on with the same idempotency keys. The seed decides who dies and when; what each process is
 * at just then is the machine's chance.
 */
export async function runCrashes(
  platform: PurchasePlatform,
  { runs, seed }: CrashRuns,
): Promise<CrashSummary> {
  const random = randomFrom(seed);
  const client = new GraphClient(platform.url);
  const seats = (await browseAll(client)).flatMap(({ scheduleId, freeSeatIds }) =>
    freeSeatIds.map((seatId) => ({ scheduleId, seatId })),
  );
  if (seats.length < runs * buyersPerRun) throw new Error('Too few seats: choose fewer runs');
  const kills = Object.fromEntries(serviceNames.map((name) => [name, 0])) as Record<
    ServiceName,
    number
  >;
  const ends: Record<string, number> = {};
  const failures: string[] = [];
  const open: Promise<unknown>[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const people = await signInMany(platform, client, buyersPerRun);
    const purchases = people.map(async (person, index) => {
      const patient = new Person({ id: person.id, token: person.token, client, patienceMs });
      const seat = choose(random, seats);
      seats.splice(seats.indexOf(seat), 1);
      const plan = {
        ...seat,
        card: choose(random, cards),
        cancels: random() < cancelShare,
      };
      try {
        const end = await purchase(patient, plan);
        ends[end] = (ends[end] ?? 0) + 1;
      } catch (error) {
        failures.push(`run ${run}, buyer ${index}, ${plan.card}: ${String(error)}`);
      }
    });
    const victim = choose(random, serviceNames);
    kills[victim] += 1;
    const [crashAfterMs, awayMs] = [random() * crashWithinMs, random() * awayMsMax];
    await delay(crashAfterMs);
    await platform.services[victim].kill();
    await delay(awayMs);
    await platform.services[victim].start();
    open.push(Promise.all(purchases));
    if (open.length >= openRunsMax) await open.shift();
  }
  await Promise.all(open);
  return { runs, kills, ends, failures };
}

interface PurchasePlan {
  readonly scheduleId: string;
  readonly seatId: string;
  readonly card: (typeof cards)[number];
  readonly cancels: boolean;
}

/** One purchase by somebody who repeats what got no answer; resolves to how it ended. */
async function purchase(buyer: Person, plan: PurchasePlan): Promise<string> {
  const { scheduleId, seatId, card, cancels } = plan;
  const key = `purchase-${buyer.id}`;
  const hold = await buyer.hold(scheduleId, [seatId], key);
  const order = await buyer.order(hold.id, key);
  const paying = await buyer.pay(order.id, card, key);
  if (cancels) await buyer.ask(cancelOrderMutation, { id: order.id });
  if (paying.payment === undefined) return paying.__typename;
  const endsAt = Date.now() + patienceMs;
  for (;;) {
    const { status, payment } = await buyer.readOrder(order.id);
    if (status === 'PAID' || status === 'CANCELLED') return status;
    if (payment?.status === 'FAILED' || payment?.status === 'CANCELLED') return 'PAYMENT FAILED';
    if (Date.now() > endsAt) throw new Error(`Order ${order.id} is ${status}: ${payment?.status}`);
    await delay(200);
  }
}

/** The summary on one line. */
export function showCrashes(bus: string, seed: number, summary: CrashSummary): string {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  const { runs, kills, ends, failures } = summary;
  return (
    `${runs} crashes (${list(kills)}) during ${runs * buyersPerRun} purchases, ${bus} bus, ` +
    `seed ${seed}: ${list(ends)}; ${failures.length} buyers gave up`
  );
}
