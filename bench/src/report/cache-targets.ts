import type { Caching, Knowledge } from '../cache/cache-workloads.ts';
import type { OutageFigures } from '../cache/measure-outage.ts';
import type { CacheSection } from './cache-report.ts';
import { atMost, type Target } from './target.ts';

/** CPU per request, times what it is without a cache. */
const cpuTimesMax: readonly {
  readonly knowledge: Knowledge;
  readonly caching: Caching;
  readonly max: number;
}[] = [
  { knowledge: 'all known', caching: 'memory', max: 0.2 },
  { knowledge: 'all known', caching: 'Redis', max: 0.5 },
  { knowledge: 'nothing known', caching: 'memory', max: 1.15 },
  { knowledge: 'nothing known', caching: 'Redis', max: 1.15 },
];
const outageTimesMax = 3;

/** What the cache should reach, with the figures of Plaza. */
export function toCacheTargets(
  sections: readonly CacheSection[],
  outages: readonly OutageFigures[],
): readonly Target[] {
  const cpu = sections.flatMap(({ workload, knowledge, gateways }) => {
    const medianOf = (wanted: Caching): number | undefined =>
      gateways.find(({ gateway, caching }) => gateway === 'plaza' && caching === wanted)
        ?.cpuMsPerRequest.median;
    const without = medianOf('off');
    return cpuTimesMax
      .filter((target) => target.knowledge === knowledge)
      .map(({ caching, max }) => {
        const cached = medianOf(caching);
        const times = without && cached && cached / without;
        const what = `${workload}, ${knowledge}, ${caching}: CPU, times that without a cache`;
        return atMost(what, times, { max, digits: 2 });
      });
  });
  const away = outages.flatMap(({ name, fault, failed, wrong, ...phases }) => {
    const worst = Math.max(phases.away.p99, phases.back.p99) / phases.before.p99;
    const what = `${name}, Redis ${fault}`;
    return [
      atMost(`${what}: requests without the right answer`, failed + wrong, { max: 0 }),
      atMost(`${what}: p99 meanwhile, times before`, worst, { max: outageTimesMax, digits: 1 }),
    ];
  });
  return [...cpu, ...away];
}
