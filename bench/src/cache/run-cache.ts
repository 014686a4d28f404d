import type { BenchConfig } from '../config.ts';
import { findParticipants } from '../gateways/gateway-starts.ts';
import { prepareRun, type Surroundings } from '../prepare-run.ts';
import { type CacheReport, type CacheSection, createCacheReport } from '../report/cache-report.ts';
import { readConditions } from '../report/machine.ts';
import { toFigures } from '../report/report.ts';
import { installAll } from '../run-executor.ts';
import { runWorkload } from '../run-workload.ts';
import { findRedisServer, startRedis } from '../start-redis.ts';
import { findWorkload } from '../workloads.ts';
import { type CacheStart, writeCacheStarts } from './cache-starts.ts';
import { type CacheTask, cacheTasks, withViewer } from './cache-workloads.ts';
import { measureCalm, measureOutage, type OutageFigures } from './measure-outage.ts';

const cachingGateways = ['plaza', 'hive'];
const outagesMeasured = [
  { fault: 'killed', caching: 'Redis' },
  { fault: 'killed', caching: 'memory and Redis' },
  { fault: 'halted', caching: 'Redis' },
] as const;

/** Measures what a cache spares and costs, and what happens when Redis goes away. */
export async function runCache(
  config: BenchConfig,
  say: (line: string) => void,
): Promise<CacheReport> {
  const participants = findParticipants(config.gateways ?? cachingGateways);
  const other = participants.find(({ id }) => !cachingGateways.includes(id));
  if (other !== undefined) {
    throw new Error(`${other.name} caches nothing here; ${cachingGateways.join(' and ')} do`);
  }
  const program = findRedisServer();
  await installAll(participants, say);
  const conditions = await readConditions(participants);
  await using cleanUp = new AsyncDisposableStack();
  const surroundings = await prepareRun(cleanUp);
  const tasks = cacheTasks(config.workloads ?? ['nested', 'page']);
  const sections: CacheSection[] = [];
  const ids = participants.map(({ id }) => id);
  for (const task of tasks) {
    await using redis = await startRedis(program);
    const starts = await writeCacheStarts(surroundings.files, redis.url);
    const chosen = starts.filter(
      ({ gateway, caching }) => ids.includes(gateway) && task[gateway].includes(caching),
    );
    if (chosen.length === 0) continue;
    say(`\n[${sections.length + 1}/${tasks.length}] ${task.workload.name}, ${task.knowledge}`);
    sections.push(await measureTask(task, chosen, { ...surroundings, config, say }));
  }
  const outages = ids.includes('plaza')
    ? await measureOutages(program, { ...surroundings, config, say })
    : undefined;
  return createCacheReport({ config, conditions, sections, ...outages });
}

type CacheRun = Surroundings & {
  readonly config: BenchConfig;
  readonly say: (line: string) => void;
};

async function measureTask(
  { workload, knowledge }: CacheTask,
  chosen: readonly CacheStart[],
  run: CacheRun,
): Promise<CacheSection> {
  const { measurements } = await runWorkload(
    workload,
    chosen.map(({ start }) => start),
    run,
  );
  return {
    workload: workload.name,
    title: workload.title,
    knowledge,
    gateways: measurements.map((measurement, index) => ({
      ...toFigures(measurement),
      gateway: chosen[index]?.gateway ?? 'plaza',
      caching: chosen[index]?.caching ?? 'off',
    })),
    settings: chosen.map(({ start, settings }) => `${start.name}: ${settings}`),
  };
}

/** Most pages have something that is nobody else's: the one that is measured has, too. */
async function measureOutages(
  program: string,
  run: CacheRun,
): Promise<Pick<CacheReport, 'outages' | 'uncached'>> {
  const workload = withViewer(findWorkload('page'));
  const startOf = async (caching: CacheStart['caching'], redisUrl: string): Promise<CacheStart> => {
    const starts = await writeCacheStarts(run.files, redisUrl);
    const start = starts.find((one) => one.gateway === 'plaza' && one.caching === caching);
    if (start === undefined) throw new Error(`no gateway caches in ${caching}`);
    return start;
  };
  const outages: OutageFigures[] = [];
  for (const { fault, caching } of outagesMeasured) {
    run.say(`\nRedis is ${fault}: Plaza, ${caching}`);
    await using redis = await startRedis(program);
    const start = await startOf(caching, redis.url);
    outages.push(await measureOutage(start, fault, workload, { ...run, redis }));
  }
  return { outages, uncached: await measureCalm(await startOf('off', ''), workload, run) };
}
