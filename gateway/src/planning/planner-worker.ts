/** Runs in a thread of its own: builds the planner and plans one operation after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { parse } from 'graphql';
import { buildPlannerOf } from './build-planner.ts';
import { toErrorMessage } from './error-message.ts';
import type { PlannerReply, PlannerThreadData, PlanRequest } from './planner-messages.ts';

const { sdl } = workerData as PlannerThreadData;
const planner = buildPlannerOf(sdl);

async function answer({ document, operationName }: PlanRequest): Promise<PlannerReply> {
  try {
    const planDocument = parse(document, { noLocation: true });
    const plan = await planner.plan({ planDocument, operationName });
    return { kind: 'planned', plan: JSON.stringify(plan) };
  } catch (error) {
    return { kind: 'refused', error: toErrorMessage(error) };
  }
}

function reply(message: PlannerReply): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', async (request: PlanRequest) => reply(await answer(request)));
reply({ kind: 'ready' });
