import { createHash } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import { Agent } from 'undici';
import type { SignRequest } from '../signatures/sign-request.ts';
import type { SubgraphSettings } from '../subgraph-fetch/subgraph-settings.ts';
import { hasTls, readTlsMaterial } from '../subgraph-fetch/tls-files.ts';
import { describeReadError, readSdlFile } from '../supergraph/sdl-file.ts';
import type { SupergraphOrigin } from '../supergraph/supergraph-origin.ts';
import { composeInThread } from './compose-in-thread.ts';
import type { SubgraphSdl } from './compose-subgraphs.ts';
import { fetchSdl } from './fetch-subgraph-sdl.ts';

/** A subgraph that takes part in the supergraph. */
export interface ComposedSubgraph {
  readonly name: string;
  /** Where the gateway sends its operations; asked for its SDL unless that is a file. */
  readonly url: string;
  readonly sdlFile: string | undefined;
  /** How it is asked. */
  readonly tls: SubgraphSettings['tls'];
}

/**
 * A supergraph that the gateway composes itself, anew when a subgraph's SDL has changed. `sign` signs
 * what it asks the subgraphs.
 */
export function composedOrigin(
  subgraphs: readonly ComposedSubgraph[],
  sign?: SignRequest,
): SupergraphOrigin {
  return {
    name: `of ${subgraphs.map(({ name }) => name).join(', ')}`,
    find: async (signal) => {
      const loaded = await loadAll(subgraphs, { signal, sign });
      return {
        version: createHash('sha256').update(JSON.stringify(loaded)).digest('hex'),
        toSdl: (composing) => composeInThread(loaded, composing),
      };
    },
  };
}

interface Asking {
  readonly signal: AbortSignal;
  readonly sign: SignRequest | undefined;
}

async function loadAll(
  subgraphs: readonly ComposedSubgraph[],
  asking: Asking,
): Promise<readonly SubgraphSdl[]> {
  const results = await Promise.allSettled(subgraphs.map((subgraph) => load(subgraph, asking)));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result] : []));
  if (failures.length > 0) {
    const reasons = failures.map(({ reason }) => (reason as Error).message);
    throw new AppError('SUPERGRAPH_UNAVAILABLE', reasons.join(' '), { cause: failures[0]?.reason });
  }
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

async function load(
  { name, url, sdlFile, tls }: ComposedSubgraph,
  asking: Asking,
): Promise<SubgraphSdl> {
  if (sdlFile === undefined) return { name, url, sdl: await fetchOver(tls, { name, url }, asking) };
  try {
    return { name, url, sdl: await readSdlFile(sdlFile, asking.signal) };
  } catch (error) {
    const problem = describeReadError(error, 'it cannot be read');
    const message = `The SDL file of subgraph ${name}, ${sdlFile}: ${problem}.`;
    throw new AppError('SUPERGRAPH_UNAVAILABLE', message, { cause: error });
  }
}

async function fetchOver(
  tls: SubgraphSettings['tls'],
  { name, url }: Pick<ComposedSubgraph, 'name' | 'url'>,
  asking: Asking,
): Promise<string> {
  if (!hasTls(tls)) return fetchSdl(name, url, asking);
  const dispatcher = new Agent({ connect: readTlsMaterial(tls) });
  try {
    return await fetchSdl(name, url, { ...asking, dispatcher });
  } finally {
    await dispatcher.destroy();
  }
}
