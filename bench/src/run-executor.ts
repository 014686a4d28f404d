import type { BenchConfig } from './config.ts';
import {
  apollo,
  type Collapsing,
  findParticipants,
  type Participant,
  participants,
  plaza,
} from './gateways/gateway-starts.ts';
import { installPeers } from './gateways/install-peers.ts';
import { prepareRun } from './prepare-run.ts';
import {
  createExecutorReport,
  type ExecutorReport,
  type ExecutorSection,
} from './report/executor-report.ts';
import { readConditions } from './report/machine.ts';
import { toFigures } from './report/report.ts';
import { runWorkload } from './run-workload.ts';
import { findWorkload, workloads } from './workloads.ts';

/** Measures the gateways on each workload, with collapsing off and then on. */
export async function runExecutor(
  config: BenchConfig,
  say: (line: string) => void,
): Promise<ExecutorReport> {
  const chosen = config.gateways === undefined ? participants : findParticipants(config.gateways);
  const names = config.workloads ?? workloads.map(({ name }) => name);
  const measured = names.map(findWorkload);
  await installAll(chosen, say);
  const conditions = await readConditions(chosen);
  await using cleanUp = new AsyncDisposableStack();
  const surroundings = await prepareRun(cleanUp);
  const sections: ExecutorSection[] = [];
  const total = measured.length * 2;
  for (const workload of measured) {
    for (const collapsing of ['off', 'on'] as const) {
      say(`\n[${sections.length + 1}/${total}] ${workload.name}, collapsing ${collapsing}`);
      const { present, absent } = selectFor(collapsing, chosen);
      const { measurements, errorLocations } = await runWorkload(
        workload,
        present.map(({ toStart }) => toStart(surroundings.files, collapsing)),
        { ...surroundings, config, say },
      );
      sections.push({
        workload: workload.name,
        title: workload.title,
        collapsing,
        gateways: measurements.map(toFigures),
        notes: [...absent, ...errorLocations],
      });
    }
  }
  return createExecutorReport({ config, conditions, participants: chosen, sections });
}

/** Installs what the participants need that the product does not bring. */
export async function installAll(
  chosen: readonly Participant[],
  say: (line: string) => void,
): Promise<void> {
  for (const folder of new Set(chosen.map(({ peers }) => peers))) {
    if (folder !== undefined) {
      await installPeers(folder, say);
    }
  }
}

function selectFor(
  collapsing: Collapsing,
  chosen: readonly Participant[],
): { readonly present: readonly Participant[]; readonly absent: readonly string[] } {
  if (collapsing === 'off') {
    return { present: chosen, absent: [] };
  }
  const present = chosen.filter(
    (gateway) => gateway.hasCollapsing || gateway === plaza || gateway === apollo,
  );
  const without = present.filter(({ hasCollapsing }) => !hasCollapsing);
  const left = chosen.filter((gateway) => !present.includes(gateway));
  return {
    present,
    absent: [
      ...without.map(({ name }) => `${name} has no collapsing: it executes every request`),
      ...left.map(({ name }) => `${name} is left out: it has no collapsing`),
    ],
  };
}
