import { chownSync, existsSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunAs, unprivilegedId } from './postgres-binaries.ts';
import { StartupError } from './startup-error.ts';

/** How long a server that an earlier start left behind may take to stop. */
const leftoverStopTimeoutMs = 10_000;

/** Makes the user that will run PostgreSQL the owner of the folder and all in it. */
export function giveFolderTo(folder: string, runAs: RunAs): void {
  if (runAs === 'plain') return;
  const owner = runAs === 'nobody' ? unprivilegedId : 0;
  if (statSync(folder).uid === owner) return;
  chownSync(folder, owner, owner);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, entry), owner, owner);
  }
}

/**
 * Stops a server that still runs on this cluster because its guardian was killed. The caller holds
 * the platform's lock, so nobody uses that server. Throws StartupError if it does not stop.
 */
export async function stopLeftoverServer(cluster: string): Promise<void> {
  const pid = runningPostmaster(cluster);
  if (pid === undefined) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + leftoverStopTimeoutMs;
  while (Date.now() < deadline) {
    if (runningPostmaster(cluster) === undefined) return;
    await delay(50);
  }
  throw new StartupError(
    `An earlier embedded database still runs as process ${pid}: stop it with "kill ${pid}" and start again.`,
  );
}

/** PostgreSQL writes its pid and data folder into the first two lines of postmaster.pid. */
function runningPostmaster(cluster: string): number | undefined {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const [pidLine, folderLine] = readFileSync(file, 'utf8').split('\n');
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 1 || folderLine !== cluster) return undefined;
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  return isPostgres(pid) ? pid : undefined;
}

/** After a reboot the number may belong to somebody else's process. */
function isPostgres(pid: number): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('postgres');
}
