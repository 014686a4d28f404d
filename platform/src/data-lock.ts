import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from '@plaza/prisma/startup-error';

/**
 * Makes this process the only one that uses the data folder; returns how to give it up. Throws
 * StartupError when another start holds it. What a killed process left behind is taken over.
 */
export function lockDataFolder(folder: string): () => void {
  makeFolder(folder);
  const file = join(folder, 'start.pid');
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(readFileSync(file, 'utf8'));
    if (holder !== process.pid && isPlaza(holder)) {
      throw new StartupError(
        `Plaza already runs on ${folder} (process ${holder}): use that one, or stop it with Ctrl-C or "kill ${holder}". ` +
          'For a second one beside it, set PLAZA_DATA_FOLDER and the ports.',
      );
    }
    writeFileSync(file, `${process.pid}\n`);
  }
  return () => rmSync(file, { force: true });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new StartupError(
      `The data folder ${folder} cannot be used (${(error as NodeJS.ErrnoException).code}): ` +
        'make it a folder that you can write to, or set PLAZA_DATA_FOLDER to one.',
      { cause: error },
    );
  }
}

/** The number may have gone to another program since; where /proc tells, it is asked. */
function isPlaza(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('node');
  } catch {
    return true;
  }
}
