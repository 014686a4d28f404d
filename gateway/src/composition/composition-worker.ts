/** Runs in a thread of its own: composes once and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorMessage } from '../error-message.ts';
import type { CompositionReply } from './compose-in-thread.ts';
import type { SubgraphSdl } from './compose-subgraphs.ts';
import { composeSubgraphs } from './compose-subgraphs.ts';

function compose(subgraphs: readonly SubgraphSdl[]): CompositionReply {
  try {
    return { kind: 'composed', sdl: composeSubgraphs(subgraphs) };
  } catch (error) {
    return { kind: 'refused', error: toErrorMessage(error) };
  }
}

parentPort?.postMessage(compose(workerData as readonly SubgraphSdl[]));
