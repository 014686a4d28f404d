import type { BenchProcess } from './child-process.ts';
import type { BenchConfig } from './config.ts';
import { type GatewayUnderTest, postOperation } from './gateways/gateway-under-test.ts';
import type { LoadOrder, LoadResult } from './load-process.ts';
import type { SubgraphProcessMessage } from './subgraphs/subgraph-process.ts';

/** What one gateway did in one round. */
interface Round {
  readonly requests: number;
  readonly cpuMsPerRequest: number;
  readonly requestsPerSecond: number;
  readonly latenciesMs: readonly number[];
  readonly subgraphRequestsPerRequest: number;
  readonly rssBytesMax: number;
}

export interface Measurement {
  readonly gateway: GatewayUnderTest;
  readonly answerBytes: number;
  readonly rounds: readonly Round[];
}

/** The processes beside the gateways. */
export interface Bench {
  readonly subgraphs: BenchProcess;
  readonly loader: BenchProcess;
  readonly config: BenchConfig;
  readonly say: (line: string) => void;
}

interface Candidate {
  readonly gateway: GatewayUnderTest;
  readonly order: Omit<LoadOrder, 'amount'>;
}

type RequestCount = Extract<SubgraphProcessMessage, { kind: 'requestCount' }>;

const nameWidth = 22;
const requestsPerRoundMin = 100;
const batchMs = 1_000;
const loadTimeoutMs = 120_000;
const countTimeoutMs = 5_000;

/**
 * Warms the gateways up, then lets them take turns: in each round both answer the same number of
 * requests, as many as the slower one answers in `roundMs`. Throws on any answer that is not right.
 */
export async function measureGateways(
  gateways: readonly GatewayUnderTest[],
  body: string,
  bench: Bench,
): Promise<readonly Measurement[]> {
  const candidates = await Promise.all(gateways.map((gateway) => prepare(gateway, body, bench)));
  const amount = await warmUp(candidates, bench);
  const roundsOf = new Map(candidates.map((candidate) => [candidate, [] as Round[]]));
  for (let round = 1; round <= bench.config.rounds; round += 1) {
    for (const candidate of candidates) {
      const result = await runRound(candidate, amount, bench);
      roundsOf.get(candidate)?.push(result);
      bench.say(
        `round ${round}  ${candidate.gateway.name.padEnd(nameWidth)} ${amount} requests, ` +
          `${result.cpuMsPerRequest.toFixed(2)} ms CPU each`,
      );
    }
  }
  return candidates.map((candidate) => ({
    gateway: candidate.gateway,
    answerBytes: Buffer.byteLength(candidate.order.answer),
    rounds: roundsOf.get(candidate) ?? [],
  }));
}

async function prepare(
  gateway: GatewayUnderTest,
  body: string,
  { config }: Bench,
): Promise<Candidate> {
  const answer = await postOperation(gateway.url, body);
  return { gateway, order: { url: gateway.url, body, answer, connections: config.connections } };
}

/** Loads each gateway until its code is compiled, and returns the requests that a round gets. */
async function warmUp(candidates: readonly Candidate[], bench: Bench): Promise<number> {
  const { roundMs, connections } = bench.config;
  const amounts: number[] = [];
  for (const { gateway, order } of candidates) {
    const requestsPerMs = await warmUpGateway(order, bench);
    bench.say(`warm-up  ${gateway.name.padEnd(nameWidth)} done`);
    amounts.push(Math.round(requestsPerMs * roundMs));
  }
  return Math.max(requestsPerRoundMin, connections, Math.min(...amounts));
}

async function warmUpGateway(order: Candidate['order'], bench: Bench): Promise<number> {
  const deadline = performance.now() + bench.config.warmUpMs;
  let amount = Math.max(requestsPerRoundMin, order.connections);
  for (;;) {
    // Whole batches: a cut at a point in time would leave work behind for the first round.
    const { requests, elapsedMs } = await load({ ...order, amount }, bench);
    const requestsPerMs = requests / elapsedMs;
    if (performance.now() > deadline) {
      return requestsPerMs;
    }
    amount = Math.max(requestsPerRoundMin, order.connections, Math.round(requestsPerMs * batchMs));
  }
}

async function runRound(
  { gateway, order }: Candidate,
  amount: number,
  bench: Bench,
): Promise<Round> {
  const callsBefore = await countSubgraphRequests(bench);
  const before = await gateway.usage();
  const { requests, elapsedMs, latenciesMs } = await load({ ...order, amount }, bench);
  const after = await gateway.usage();
  const calls = (await countSubgraphRequests(bench)) - callsBefore;
  return {
    requests,
    cpuMsPerRequest: (after.cpuMs - before.cpuMs) / requests,
    requestsPerSecond: (requests / elapsedMs) * 1_000,
    latenciesMs,
    subgraphRequestsPerRequest: calls / requests,
    rssBytesMax: after.rssBytesMax,
  };
}

async function load(order: LoadOrder, { loader }: Bench): Promise<LoadResult> {
  const result = await loader.ask<LoadResult>({
    kind: 'load',
    message: order,
    timeoutMs: loadTimeoutMs,
  });
  if (result.failures > 0 || result.requests === 0) {
    throw new Error(
      `${order.url}: ${result.failures} of ${order.amount} answers were errors, not 200, or ` +
        'not the answer that was compared',
    );
  }
  return result;
}

async function countSubgraphRequests({ subgraphs }: Bench): Promise<number> {
  const { requestCount } = await subgraphs.ask<RequestCount>({
    kind: 'requestCount',
    message: 'requestCount?',
    timeoutMs: countTimeoutMs,
  });
  return requestCount;
}
