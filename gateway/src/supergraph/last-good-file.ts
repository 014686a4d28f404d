import { open, rename, rm } from 'node:fs/promises';
import { readSdlFile } from './sdl-file.ts';

/** Where the supergraph that served last is kept for a start without its source. */
export interface LastGoodFile {
  /** Undefined when nothing was kept yet. */
  read(signal: AbortSignal): Promise<string | undefined>;
  /** Replaces the file as a whole: who reads meanwhile sees the old or the new one. */
  write(sdl: string): Promise<void>;
}

export function lastGoodFile(path: string): LastGoodFile {
  return {
    read: async (signal) => {
      try {
        return await readSdlFile(path, signal);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: async (sdl) => {
      // Gateways that share the file do not share this one.
      const next = `${path}.${process.pid}.tmp`;
      try {
        await writeThrough(next, sdl);
        await rename(next, path);
      } catch (error) {
        await rm(next, { force: true });
        throw error;
      }
    },
  };
}

/** A rename that survives a power failure must not name a file that does not. */
async function writeThrough(path: string, text: string): Promise<void> {
  await using file = await open(path, 'w');
  await file.writeFile(text);
  await file.sync();
}
