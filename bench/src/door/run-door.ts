import { startProcess } from '../child-process.ts';
import type { BenchConfig } from '../config.ts';
import { prepareRun } from '../prepare-run.ts';
import { readConditions } from '../report/machine.ts';
import { type Report, toFigures, toFlags, toSettings } from '../report/report.ts';
import { runWorkload } from '../run-workload.ts';
import { findRedisServer, startRedis } from '../start-redis.ts';
import { findWorkload } from '../workloads.ts';
import type { CollectorListening } from './collector-process.ts';
import { writeDoorStarts } from './door-starts.ts';
import { startKeySet } from './key-set.ts';

const bootTimeoutMs = 10_000;

const notes = [
  'The same gateway with other settings; they take turns, round by round. Requests are not collapsed ' +
    'and nothing is cached: each is executed, over three subgraphs.',
  'CPU is that of the gateway: with workers, of the primary and its workers together.',
  '"Again" is the noise: what else differs by no more says nothing.',
  'All of it: tokens, rate limits in Redis, cost, metrics, traces of a tenth of the operations.',
  'Latency is that of a closed loop at full load: it includes the wait for a busy process.',
  'Load, gateway, subgraphs and Redis share the machine: compare within a run.',
];

/** Measures what stands before the graph, each part beside the gateway without any. */
export async function runDoor(config: BenchConfig, say: (line: string) => void): Promise<Report> {
  const conditions = await readConditions();
  await using cleanUp = new AsyncDisposableStack();
  const keySet = cleanUp.use(await startKeySet());
  const headers = { authorization: `Bearer ${keySet.token}` };
  const workload = { ...findWorkload(config.workloads?.[0] ?? 'page'), headers };
  const surroundings = await prepareRun(cleanUp);
  const collector = cleanUp.use(
    startProcess(new URL('./collector-process.js', import.meta.url), []),
  );
  const { url } = await collector.ask<CollectorListening>({
    kind: 'listening',
    timeoutMs: bootTimeoutMs,
  });
  const redis = cleanUp.use(await startRedis(findRedisServer()));
  const places = { redisUrl: redis.url, collectorUrl: url, keySetUrl: keySet.url };
  const starts = await writeDoorStarts(surroundings.files, places, config.gateways);
  const { measurements } = await runWorkload(workload, starts, { ...surroundings, config, say });
  const flags = config.gateways === undefined ? '' : ` --gateways ${config.gateways.join(',')}`;
  return {
    name: 'door',
    title: `what stands before the graph; ${workload.title}`,
    command: `npm run bench -- door ${toFlags(config)}${flags}`,
    notes,
    settings: toSettings(config),
    conditions,
    gateways: measurements.map(toFigures),
  };
}
