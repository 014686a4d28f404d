/**
 * A process that sends requests at a constant rate, whether the last is answered or not: what users
 * do, and what shows how long an outage takes for each of them.
 */
import { Agent, request as sendRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../subscriptions/monotonic-clock.ts';

export interface ArrivalsOrder {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Every answer must be this text, byte for byte. */
  readonly answer: string;
  readonly perSecond: number;
  readonly durationMs: number;
}

export interface Arrival {
  /** By the machine's monotonic clock. */
  readonly sentAtMs: number;
  readonly latencyMs: number;
  readonly outcome: 'right' | 'wrong' | 'failed';
}

export interface ArrivalsResult {
  readonly kind: 'arrivals';
  readonly arrivals: readonly Arrival[];
}

const requestTimeoutMs = 10_000;
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

process.on('message', (order: ArrivalsOrder) => {
  runArrivals(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());

async function runArrivals(order: ArrivalsOrder): Promise<ArrivalsResult> {
  const underWay: Promise<Arrival>[] = [];
  const startedAtMs = monotonicMs();
  const amount = Math.ceil((order.durationMs / 1_000) * order.perSecond);
  for (let sent = 0; sent < amount; sent += 1) {
    const dueAtMs = startedAtMs + (sent / order.perSecond) * 1_000;
    const waitMs = dueAtMs - monotonicMs();
    if (waitMs > 0) await sleep(waitMs);
    underWay.push(arrive(order));
  }
  return { kind: 'arrivals', arrivals: await Promise.all(underWay) };
}

async function arrive(order: ArrivalsOrder): Promise<Arrival> {
  const sentAtMs = monotonicMs();
  const text = await answerTo(order).catch(() => undefined);
  const latencyMs = monotonicMs() - sentAtMs;
  if (text === undefined) return { sentAtMs, latencyMs, outcome: 'failed' };
  return { sentAtMs, latencyMs, outcome: text === order.answer ? 'right' : 'wrong' };
}

function answerTo({ url, body, headers }: ArrivalsOrder): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const signal = AbortSignal.timeout(requestTimeoutMs);
  const request = sendRequest(url, { method: 'POST', agent, headers, signal }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('error', reject);
    response.once('end', () => {
      if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString());
      else reject(new Error(`status ${response.statusCode}`));
    });
  });
  request.once('error', reject);
  request.end(body);
  return promise;
}
