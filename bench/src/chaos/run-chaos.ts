import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { findFreePort } from '@plaza/pub-sub/test-kit/own-redis';
import { startProcess } from '../child-process.ts';
import type { BenchConfig } from '../config.ts';
import { postOperation, requestHeaders } from '../gateways/gateway-under-test.ts';
import type { ChaosReport } from '../report/chaos-report.ts';
import { createChaosReport } from '../report/chaos-report.ts';
import { readConditions } from '../report/machine.ts';
import { findRedisServer, startRedis } from '../start-redis.ts';
import { composeFixtureGraph, fixtureSubgraphs } from '../subgraphs/fixture-graph.ts';
import { monotonicMs } from '../subscriptions/monotonic-clock.ts';
import type { Outage } from './chaos-figures.ts';
import { toFigures } from './chaos-figures.ts';
import type { ChaosArrivals, ChaosOrder } from './chaos-load-process.ts';
import { chaosQuestions, variantsOfEach } from './chaos-questions.ts';
import { GatewayVictim } from './gateway-victim.ts';
import type { Victim } from './victims.ts';
import { redisVictim, SubgraphVictim, workerVictim } from './victims.ts';

const requestTimeoutMs = 5_000;
const subgraphTimeoutMs = 2_000;
/** An answer may be late by what the machine's other work takes. */
const hangGraceMs = 2_000;
const calmMsMax = 1_000;
const workers = 2;
const startMsMax = 30_000;
const bootTimeoutMs = 20_000;

const require = createRequire(import.meta.url);

/** Kills what the gateway needs, and the gateway, one after the other under requests. */
export async function runChaos(
  config: BenchConfig,
  say: (line: string) => void,
): Promise<ChaosReport> {
  const conditions = await readConditions();
  await using cleanUp = new AsyncDisposableStack();
  const redis = cleanUp.use(await startRedis(findRedisServer()));
  const subgraphs = fixtureSubgraphs.map(({ name }) => cleanUp.use(new SubgraphVictim(name)));
  await Promise.all(subgraphs.map((subgraph) => subgraph.start()));
  const folder = await mkdtemp(path.join(tmpdir(), 'plaza-chaos-'));
  cleanUp.defer(() => rm(folder, { recursive: true }));
  const files = await writeFiles(folder, subgraphs, redis.url);
  const module = pathToFileURL(require.resolve('@plaza/gateway/main'));
  const gateway = cleanUp.use(new GatewayVictim(module, files, await findFreePort()));
  await gateway.start();
  const all: readonly Victim[] = [
    ...subgraphs,
    redisVictim(redis),
    workerVictim(() => gateway.pid),
    gateway,
  ];
  const victims = all.filter(({ name }) => config.victims?.includes(name) ?? true);
  const requests = await askAll(gateway.url);
  const calmMs = Math.min(calmMsMax, config.recoveryMs);
  const perVictimMs = calmMs + config.outageMs + config.recoveryMs;
  const order: ChaosOrder = {
    url: gateway.url,
    headers: requestHeaders,
    requests: requests.map(({ body, answer }) => ({ body, answer })),
    perSecond: config.arrivalsPerSecond,
    warmUpMs: config.warmUpMs,
    // Starting things takes longer on a busy machine.
    durationMs: config.warmUpMs + victims.length * (perVictimMs + startMsMax),
    hangMs: requestTimeoutMs + hangGraceMs,
  };
  const sender = cleanUp.use(startProcess(new URL('./chaos-load-process.js', import.meta.url), []));
  await sender.ask({ kind: 'ready', timeoutMs: bootTimeoutMs });
  const timeoutMs = order.durationMs + 60_000;
  const arriving = sender.ask<ChaosArrivals>({ kind: 'arrivals', message: order, timeoutMs });
  const startedAtMs = monotonicMs();
  await sleep(config.warmUpMs);
  const outages: Outage[] = [];
  for (const victim of victims) {
    await sleep(calmMs);
    outages.push(await strike(victim, config));
    say(`${victim.name} was killed, and is back`);
  }
  await Promise.all([arriving, sender.ask({ kind: 'arrivals', message: 'stop', timeoutMs })]);
  const { arrivals } = await arriving;
  const firstAtMs = Math.min(...outages.map(({ killedAtMs }) => killedAtMs));
  const before = arrivals.filter(
    ({ sentAtMs }) => sentAtMs > startedAtMs + config.warmUpMs && sentAtMs < firstAtMs,
  );
  const figures = toFigures(outages, arrivals, ({ request }) => requests[request]?.question);
  return createChaosReport({ config, conditions, before, outages: figures });
}

async function strike(victim: Victim, { outageMs, recoveryMs }: BenchConfig): Promise<Outage> {
  const killedAtMs = monotonicMs();
  await victim.kill();
  await sleep(outageMs);
  await victim.start();
  const backAtMs = monotonicMs();
  await sleep(recoveryMs);
  return { victim, killedAtMs, backAtMs };
}

/** All questions with all values of their variable, in turn, and the whole answers to them. */
async function askAll(url: string) {
  const asked = [];
  for (let n = 1; n <= variantsOfEach; n += 1) {
    for (const question of chaosQuestions) {
      const body = JSON.stringify({ query: question.query, variables: { n } });
      const answer = await postOperation(url, body);
      if (answer.includes('"errors"')) throw new Error(`${question.name}: ${answer.slice(0, 500)}`);
      asked.push({ question, body, answer });
    }
  }
  return asked;
}

async function writeFiles(
  folder: string,
  subgraphs: readonly SubgraphVictim[],
  redisUrl: string,
): Promise<{ readonly supergraph: string; readonly config: string }> {
  const supergraph = path.join(folder, 'supergraph.graphql');
  await writeFile(supergraph, composeFixtureGraph('http://127.0.0.1:1'));
  const config = path.join(folder, 'gateway.yaml');
  const windows = [{ limit: 1_000_000_000, windowMs: 60_000 }];
  const options = {
    requestTimeoutMs,
    logging: { level: 'silent' },
    cluster: { workers },
    redis: { urls: [redisUrl] },
    // Every request asks Redis, and none is refused.
    rateLimits: { rules: [{ name: 'all', by: 'everybody', windows }] },
    subgraphDefaults: { timeoutMs: subgraphTimeoutMs },
    subgraphs: Object.fromEntries(subgraphs.map(({ name, url }) => [name, { url }])),
  };
  await writeFile(config, JSON.stringify(options));
  return { supergraph, config };
}
