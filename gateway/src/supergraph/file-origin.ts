import { AppError } from '@plaza/schema/errors';
import { describeReadError, readSdlFile } from './sdl-file.ts';
import type { SupergraphOrigin } from './supergraph-origin.ts';

/** A supergraph that is a file of SDL. */
export function fileOrigin(path: string): SupergraphOrigin {
  return {
    name: path,
    find: async (signal) => {
      const sdl = await readFile(path, signal);
      return { version: sdl, toSdl: () => Promise.resolve(sdl) };
    },
  };
}

async function readFile(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await readSdlFile(path, signal);
  } catch (error) {
    const problem = describeReadError(error, 'it cannot be read');
    throw new AppError(
      'SUPERGRAPH_UNAVAILABLE',
      `Supergraph ${path}: ${problem}. Name a supergraph SDL file or URL.`,
      { cause: error },
    );
  }
}
