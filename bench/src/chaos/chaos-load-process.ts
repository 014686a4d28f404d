/** A process that asks questions in turn at a constant rate, and judges every answer. */
import { Agent, request as sendRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../subscriptions/monotonic-clock.ts';
import type { Verdict } from './judge-answer.ts';
import { judgeAnswer } from './judge-answer.ts';

export interface ChaosOrder {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is asked in turn, and the whole answer to it. */
  readonly requests: readonly { readonly body: string; readonly answer: string }[];
  readonly perSecond: number;
  /** Time in which the rate rises to that, so that cold code leaves no queue behind. */
  readonly warmUpMs: number;
  /** At most. */
  readonly durationMs: number;
  /** Later it counts as none: the gateway's own deadline lies before. */
  readonly hangMs: number;
}

/** One request, by the machine's monotonic clock. */
export interface ChaosArrival {
  /** Index in the order. */
  readonly request: number;
  readonly sentAtMs: number;
  readonly latencyMs: number;
  readonly verdict: Verdict | 'hung';
}

export interface ChaosArrivals {
  readonly kind: 'arrivals';
  readonly arrivals: readonly ChaosArrival[];
}

const coldShare = 0.05;
const agent = new Agent({ keepAlive: true, maxSockets: 512 });

let isStopped = false;

/** An order, or `stop` when no more is to be sent. */
process.on('message', (order: ChaosOrder | 'stop') => {
  if (order === 'stop') {
    isStopped = true;
    return;
  }
  run(order).then(
    (arrivals) => process.send?.({ kind: 'arrivals', arrivals } satisfies ChaosArrivals),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ kind: 'ready' });

async function run(order: ChaosOrder): Promise<readonly ChaosArrival[]> {
  const underWay: Promise<ChaosArrival>[] = [];
  const startedAtMs = monotonicMs();
  for (
    let dueMs = 0;
    dueMs < order.durationMs && !isStopped;
    dueMs += 1_000 / rateAt(dueMs, order)
  ) {
    const waitMs = startedAtMs + dueMs - monotonicMs();
    if (waitMs > 0) await sleep(waitMs);
    underWay.push(arrive(order, underWay.length % order.requests.length));
  }
  return Promise.all(underWay);
}

/** Requests in a second. */
function rateAt(atMs: number, { perSecond, warmUpMs }: ChaosOrder): number {
  const share = Math.min(1, atMs / warmUpMs);
  return perSecond * (coldShare + (1 - coldShare) * share);
}

async function arrive(order: ChaosOrder, index: number): Promise<ChaosArrival> {
  const { body, answer } = order.requests[index] ?? { body: '', answer: '' };
  const sentAtMs = monotonicMs();
  const outcome = await answerTo(order, body);
  const latencyMs = monotonicMs() - sentAtMs;
  const verdict = typeof outcome === 'string' ? judgeAnswer(outcome, answer) : outcome.none;
  return { request: index, sentAtMs, latencyMs, verdict };
}

/** The text that came, or why there is none. */
function answerTo(
  { url, headers, hangMs }: ChaosOrder,
  body: string,
): Promise<string | { readonly none: 'failed' | 'hung' }> {
  const { promise, resolve } = Promise.withResolvers<
    string | { readonly none: 'failed' | 'hung' }
  >();
  const signal = AbortSignal.timeout(hangMs);
  const fail = (): void => resolve({ none: signal.aborted ? 'hung' : 'failed' });
  const request = sendRequest(url, { method: 'POST', agent, headers, signal }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('error', fail);
    response.once('end', () => resolve(Buffer.concat(chunks).toString()));
  });
  request.once('error', fail);
  request.end(body);
  return promise;
}
