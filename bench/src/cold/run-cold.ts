import { startProcess } from '../child-process.ts';
import type { BenchConfig } from '../config.ts';
import { findParticipants, participants } from '../gateways/gateway-starts.ts';
import { prepareRun } from '../prepare-run.ts';
import { type ColdReport, createColdReport } from '../report/cold-report.ts';
import { readConditions } from '../report/machine.ts';
import { installAll } from '../run-executor.ts';
import { measureReloads } from './measure-reloads.ts';
import { measureSlowPlanning } from './measure-slow-planning.ts';
import { measureStartUp } from './measure-start-up.ts';
import type { PlanningResult } from './planning-process.ts';

const planningTimeoutMs = 120_000;

/** Measures what happens before caches are warm, and what is left after they were thrown away. */
export async function runCold(
  config: BenchConfig,
  say: (line: string) => void,
): Promise<ColdReport> {
  const chosen = config.gateways === undefined ? participants : findParticipants(config.gateways);
  await installAll(chosen, say);
  const conditions = await readConditions(chosen);
  await using cleanUp = new AsyncDisposableStack();
  const surroundings = await prepareRun(cleanUp);
  const startUps = await measureStartUp(chosen, surroundings.files, say);
  const planner = cleanUp.use(startProcess(new URL('./planning-process.js', import.meta.url), []));
  const planning = await planner.ask<PlanningResult>({
    kind: 'planned',
    timeoutMs: planningTimeoutMs,
  });
  say('planning done');
  const slowPlanning = await measureSlowPlanning(surroundings);
  say('slow planning done');
  const reloading = await measureReloads(config.reloads, surroundings, say);
  return createColdReport({ config, conditions, startUps, planning, slowPlanning, reloading });
}
