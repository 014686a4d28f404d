import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import type { Participant } from '../gateways/gateway-starts.ts';
import { readPeerVersions } from '../gateways/install-peers.ts';

/** The conditions of a run: figures from two machines, or two versions, are not to be compared. */
export interface Conditions {
  readonly date: string;
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  /** Mean number of runnable threads in the minute before the run: the machine's other work. */
  readonly loadAverageBefore: number;
  readonly versions: Readonly<Record<string, string>>;
}

const require = createRequire(import.meta.url);
const comparedPackages = ['@apollo/gateway', '@apollo/server', 'graphql', 'autocannon'];

/** Reads the machine and the versions under test; to be called before the load begins. */
export async function readConditions(
  participants: readonly Participant[] = [],
): Promise<Conditions> {
  return {
    date: new Date().toISOString(),
    commit: await readCommit(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    loadAverageBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    versions: {
      node: process.versions.node,
      ...Object.fromEntries(comparedPackages.map((name) => [name, readVersion(name)])),
      ...readVersionsOfPeers(participants),
    },
  };
}

/** A peer may run on a graphql of its own, so its packages are named with their folder. */
function readVersionsOfPeers(participants: readonly Participant[]): Record<string, string> {
  const folders = [...new Set(participants.flatMap(({ peers }) => (peers ? [peers] : [])))];
  return Object.fromEntries(
    folders.flatMap((folder) =>
      Object.entries(readPeerVersions(folder)).map(([name, version]) => [
        name.includes(folder) ? name : `${folder}: ${name}`,
        version,
      ]),
    ),
  );
}

async function readCommit(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['describe', '--always', '--dirty'], {
      timeout: 5_000,
    });
    return stdout.trim();
  } catch {
    return 'not a git checkout';
  }
}

/** Walks up from a package's entry, because not every package exports its package.json. */
function readVersion(name: string): string {
  let folder = new URL('.', `file://${require.resolve(name)}`);
  while (folder.pathname !== '/') {
    const manifest = readManifest(new URL('package.json', folder));
    if (manifest?.name === name) {
      return manifest.version;
    }
    folder = new URL('..', folder);
  }
  throw new Error(`${name} has no package.json`);
}

function readManifest(file: URL): { name: string; version: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
  } catch {
    return undefined;
  }
}
