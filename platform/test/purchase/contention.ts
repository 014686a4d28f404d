import { browse, Person } from './buyer.ts';
import { GraphClient } from './graph-client.ts';
import type { PurchasePlatform } from './purchase-platform.ts';
import { signInMany } from './sign-in-many.ts';

/** Seats that a buyer tries before giving up. */
const attemptsMax = 4;
/** How long a buyer who is told to come back in a moment does so, with the same key. */
const patienceMs = 120_000;

export interface ContentionSize {
  readonly buyers: number;
  readonly seats: number;
  readonly connections: number;
}

export interface ContentionResult {
  /** Orders that their buyers saw paid. */
  readonly sold: number;
  /** Buyers who found no seat left. */
  readonly unlucky: number;
  /** Attempts at a seat that somebody else got. */
  readonly conflicts: number;
  readonly statuses: ReadonlyMap<number, number>;
  /** Errors in answers by code. */
  readonly codes: ReadonlyMap<string, number>;
  readonly failures: readonly string[];
  readonly durationMs: number;
  /** From sending a hold to its answer, without the wait for one of the connections. */
  readonly holdMs: readonly number[];
  /** From a buyer's first wish to the tickets, with every wait. */
  readonly purchaseMs: readonly number[];
}

/** Every buyer wants any of the same seats at the same moment, and pays what they get. */
export async function runContention(
  platform: PurchasePlatform,
  { buyers, seats, connections }: ContentionSize,
): Promise<ContentionResult> {
  const client = new GraphClient(platform.url, connections);
  const { scheduleId, freeSeatIds } = await browse(client);
  const wanted = freeSeatIds.slice(0, seats);
  if (wanted.length < seats) throw new Error(`Only ${wanted.length} seats are free`);
  const people = (await signInMany(platform, client, buyers)).map(
    ({ id, token }) => new Person({ id, token, client, patienceMs }),
  );
  client.statuses.clear();
  const tally = { sold: 0, unlucky: 0, conflicts: 0 };
  const failures: string[] = [];
  const purchaseMs: number[] = [];
  const startedAt = performance.now();

  async function buy(person: Person, index: number): Promise<void> {
    const beganAt = performance.now();
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      // Every seat is somebody's first choice, and ten others' with ten times as many buyers as seats.
      const seatId = wanted[(index + attempt * 7) % wanted.length] ?? '';
      const hold = await person.hold(scheduleId, [seatId]);
      if (hold.__typename !== 'SeatHold') {
        tally.conflicts += 1;
        continue;
      }
      const order = await person.order(hold.id);
      await person.pay(order.id, 'tok_visa');
      await person.untilOrder(order.id, 'PAID', patienceMs);
      purchaseMs.push(performance.now() - beganAt);
      tally.sold += 1;
      return;
    }
    tally.unlucky += 1;
  }

  await Promise.all(
    people.map((person, index) =>
      buy(person, index).catch((error: unknown) => void failures.push(String(error))),
    ),
  );
  const durationMs = performance.now() - startedAt;
  const { codes, statuses } = client;
  const holdMs = client.answerMs.get('HoldSeats') ?? [];
  return { ...tally, codes, statuses, failures, durationMs, holdMs, purchaseMs };
}

/** The figures on one line. */
export function showContention(
  platform: Pick<PurchasePlatform, 'busName'>,
  { buyers, seats, connections }: ContentionSize,
  result: ContentionResult,
): string {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
  const { sold, unlucky, conflicts, durationMs, holdMs, purchaseMs } = result;
  return [
    `${buyers} buyers, ${seats} seats, ${connections} connections, ${platform.busName} bus:`,
    `${sold} sold, ${unlucky} found nothing left, ${conflicts} conflicts in ${seconds(durationMs)};`,
    `hold p50 ${seconds(quantile(holdMs, 0.5))} p99 ${seconds(quantile(holdMs, 0.99))} of ${holdMs.length};`,
    `whole purchase p50 ${seconds(quantile(purchaseMs, 0.5))} p99 ${seconds(quantile(purchaseMs, 0.99))};`,
    `answers ${JSON.stringify(Object.fromEntries([...result.statuses, ...result.codes]))}`,
  ].join(' ');
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
