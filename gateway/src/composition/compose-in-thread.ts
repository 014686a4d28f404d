import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AppError } from '@plaza/schema/errors';
import type { ErrorMessage } from '../error-message.ts';
import { fromErrorMessage } from '../error-message.ts';
import type { SubgraphSdl } from './compose-subgraphs.ts';

/** Composition of 20 subgraphs with 600 entities takes 5 s. */
const composeTimeoutMs = 120_000;
const heapMegabytesMax = 2_048;

const workerUrl = new URL('./composition-worker.js', import.meta.url);

/** What the composition thread says, once. */
export type CompositionReply =
  | { readonly kind: 'composed'; readonly sdl: string }
  | { readonly kind: 'refused'; readonly error: ErrorMessage };

/**
 * Composes subgraphs to supergraph SDL in a thread of its own. Rejects as `composeSubgraphs` throws,
 * with AppError INTERNAL_SERVER_ERROR when the thread breaks down or takes 120 s, and with the
 * reason of the signal.
 */
export async function composeInThread(
  subgraphs: readonly SubgraphSdl[],
  signal: AbortSignal,
): Promise<string> {
  const worker = new Worker(workerUrl, {
    workerData: subgraphs,
    name: 'composition',
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
  });
  try {
    const timeout = AbortSignal.timeout(composeTimeoutMs);
    // Rejects with what the thread throws, too.
    const [reply] = await once(worker, 'message', { signal: AbortSignal.any([signal, timeout]) });
    return readReply(reply as CompositionReply);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw new AppError('INTERNAL_SERVER_ERROR', 'The composition thread broke down', {
      cause: error,
    });
  } finally {
    await worker.terminate();
  }
}

function readReply(reply: CompositionReply): string {
  if (reply.kind === 'composed') return reply.sdl;
  throw fromErrorMessage(reply.error);
}
