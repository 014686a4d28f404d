import { findWorkload, type Workload } from '../workloads.ts';

/** Where a gateway keeps answers. */
export type Caching =
  | 'off'
  | 'memory'
  | 'Redis'
  | 'memory and Redis'
  | 'entities in memory'
  | 'entities in Redis';

/** How much of what is asked for is in the cache. */
export type Knowledge = 'all known' | 'in part' | 'nothing known';

/** One workload, and who answers it. */
export interface CacheTask {
  readonly knowledge: Knowledge;
  readonly workload: Workload;
  readonly plaza: readonly Caching[];
  readonly hive: readonly Caching[];
}

/** With another value of this header in each request, no cache has what it asks for. */
export const distinctHeader = 'x-visit';

const tiers: readonly Caching[] = ['off', 'memory', 'Redis', 'memory and Redis'];

/** The tasks of the workloads of these names. Throws an Error for a workload that does not exist. */
export function cacheTasks(names: readonly string[]): readonly CacheTask[] {
  const workloads = names.map(findWorkload);
  return [
    ...workloads.map(
      (workload): CacheTask => ({
        knowledge: 'all known',
        workload,
        plaza: [...tiers, 'entities in memory', 'entities in Redis'],
        hive: ['off', 'memory', 'Redis'],
      }),
    ),
    ...workloads.map(
      (workload): CacheTask => ({
        knowledge: 'in part',
        workload: withViewer(workload),
        plaza: tiers,
        hive: ['off', 'memory'],
      }),
    ),
    ...workloads.map(
      (workload): CacheTask => ({
        knowledge: 'nothing known',
        workload: { ...workload, distinctHeader },
        plaza: tiers,
        hive: [],
      }),
    ),
  ];
}

/** The same with one field that is never cached: so no whole response is. */
export function withViewer(workload: Workload): Workload {
  const query = workload.query.replace(/^query \w+ \{$/m, '$&\n  me {\n    id\n    name\n  }');
  return { ...workload, title: `${workload.title}, and who asks for it`, query };
}
