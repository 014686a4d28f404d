/** Runs in a thread of its own: reads the supergraph and plans one operation after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { parse } from 'graphql';
import { toErrorMessage } from '../error-message.ts';
import type { PlannerParts } from '../query-plan/create-planner.ts';
import { createPlanner } from '../query-plan/create-planner.ts';
import type { QueryPlanner } from '../query-plan/planner.ts';
import { readPlannerParts, readSupergraph } from '../supergraph/read-supergraph.ts';
import { giveWay } from './give-way.ts';
import type { PlannerReply, PlannerThreadData, PlanRequest } from './planner-messages.ts';

function start(data: PlannerThreadData): void {
  try {
    const planner = createPlanner(readParts(data));
    // Only now: requests wait for a supergraph to be read, whoever else is busy.
    giveWay();
    parentPort?.on('message', async (request: PlanRequest) => reply(await plan(request, planner)));
    reply({ kind: 'ready' });
  } catch (error) {
    reply({ kind: 'unusable', error: toErrorMessage(error) });
  }
}

function readParts({ sdl, isAccepted, contracts }: PlannerThreadData): PlannerParts {
  if (isAccepted) return readPlannerParts(sdl);
  const { facts, plannerParts } = readSupergraph(sdl, contracts);
  reply({ kind: 'accepted', facts });
  return plannerParts;
}

async function plan(
  { document, operationName, activeLabels }: PlanRequest,
  planner: QueryPlanner,
): Promise<PlannerReply> {
  try {
    const planDocument = parse(document, { noLocation: true });
    const queryPlan = await planner.plan({ planDocument, operationName, activeLabels });
    return { kind: 'planned', plan: JSON.stringify(queryPlan) };
  } catch (error) {
    return { kind: 'refused', error: toErrorMessage(error) };
  }
}

function reply(message: PlannerReply): void {
  parentPort?.postMessage(message);
}

start(workerData as PlannerThreadData);
