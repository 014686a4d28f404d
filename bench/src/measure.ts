import type { BenchProcess } from './child-process.ts';
import type { BenchConfig } from './config.ts';
import {
  type GatewayUnderTest,
  postOperation,
  requestHeaders,
} from './gateways/gateway-under-test.ts';
import type { LoadOrder, LoadResult } from './load-process.ts';
import type { SubgraphProcessMessage } from './subgraphs/subgraph-process.ts';

/** What one gateway did in one round. */
interface Round {
  readonly requests: number;
  readonly cpuMsPerRequest: number;
  readonly requestsPerSecond: number;
  readonly latenciesMs: readonly number[];
  readonly subgraphCallsPerRequest: number;
  readonly entitiesPerRequest: number;
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

/** What the gateways are asked, again and again. */
export interface Question {
  readonly body: string;
  /** Header that says something else each time. */
  readonly distinctHeader: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

interface Candidate {
  readonly gateway: GatewayUnderTest;
  readonly order: Omit<LoadOrder, 'amount'>;
}

type SubgraphWork = Extract<SubgraphProcessMessage, { kind: 'work' }>;

const nameWidth = 22;
const requestsPerRoundMin = 50;
const batchMs = 1_000;
const loadTimeoutMs = 120_000;
const workTimeoutMs = 5_000;

/**
 * Warms the gateways up, then lets them take turns: in each round a gateway answers as many requests
 * as it could in `roundMs` when warm. Throws on any answer that is not right.
 */
export async function measureGateways(
  gateways: readonly GatewayUnderTest[],
  question: Question,
  bench: Bench,
): Promise<readonly Measurement[]> {
  const candidates = await Promise.all(
    gateways.map((gateway) => prepare(gateway, question, bench)),
  );
  const amounts = await warmUp(candidates, bench);
  const roundsOf = new Map(candidates.map((candidate) => [candidate, [] as Round[]]));
  for (let round = 1; round <= bench.config.rounds; round += 1) {
    for (const candidate of candidates) {
      const amount = amounts.get(candidate) ?? requestsPerRoundMin;
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
  { body, distinctHeader, headers = {} }: Question,
  { config }: Bench,
): Promise<Candidate> {
  const answer = await postOperation(gateway.url, body, headers);
  return {
    gateway,
    order: {
      url: gateway.url,
      body,
      headers: { ...requestHeaders, ...headers },
      distinctHeader,
      answer,
      connections: config.connections,
    },
  };
}

/** Loads each gateway until its code is compiled, and returns the requests that a round gets. */
async function warmUp(
  candidates: readonly Candidate[],
  bench: Bench,
): Promise<ReadonlyMap<Candidate, number>> {
  const { roundMs, connections } = bench.config;
  const amounts = new Map<Candidate, number>();
  for (const candidate of candidates) {
    const requestsPerMs = await warmUpGateway(candidate.order, bench);
    const amount = Math.max(requestsPerRoundMin, connections, Math.round(requestsPerMs * roundMs));
    amounts.set(candidate, amount);
    bench.say(`warm-up  ${candidate.gateway.name.padEnd(nameWidth)} done`);
  }
  return amounts;
}

async function warmUpGateway(order: Candidate['order'], bench: Bench): Promise<number> {
  const { warmUpMs, warmUpRequests } = bench.config;
  const deadline = performance.now() + warmUpMs;
  let answered = 0;
  let amount = Math.max(requestsPerRoundMin, order.connections);
  for (;;) {
    // Whole batches: a cut at a point in time would leave work behind for the first round.
    const { requests, elapsedMs } = await load({ ...order, amount }, bench);
    const requestsPerMs = requests / elapsedMs;
    answered += requests;
    // Compilers count calls, not seconds: by time alone a slow gateway would be measured cold.
    if (performance.now() > deadline && answered >= warmUpRequests) {
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
  const workBefore = await readSubgraphWork(bench);
  const before = await gateway.usage();
  const { requests, elapsedMs, latenciesMs } = await load({ ...order, amount }, bench);
  const after = await gateway.usage();
  const work = await readSubgraphWork(bench);
  return {
    requests,
    cpuMsPerRequest: (after.cpuMs - before.cpuMs) / requests,
    requestsPerSecond: (requests / elapsedMs) * 1_000,
    latenciesMs,
    subgraphCallsPerRequest: (work.calls - workBefore.calls) / requests,
    entitiesPerRequest: (work.entities - workBefore.entities) / requests,
    rssBytesMax: after.rssBytesMax,
  };
}

export async function load(
  order: LoadOrder,
  { loader }: Pick<Bench, 'loader'>,
): Promise<LoadResult> {
  const result = await loader.ask<LoadResult>({
    kind: 'load',
    message: order,
    timeoutMs: loadTimeoutMs,
  });
  const { errors, not200, otherBodies } = result.failures;
  if (errors + not200 + otherBodies > 0 || result.requests === 0) {
    throw new Error(
      `${order.url}: of ${order.amount} requests ${errors} failed or timed out, ${not200} were not ` +
        `answered with 200, ${otherBodies} not with the answer that was compared`,
    );
  }
  return result;
}

function readSubgraphWork({ subgraphs }: Bench): Promise<SubgraphWork> {
  return subgraphs.ask<SubgraphWork>({ kind: 'work', message: 'work?', timeoutMs: workTimeoutMs });
}
