import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { installEnvironment } from '../config.ts';

/** Folders of bench/peers. Each is an npm project of its own: the product never installs it. */
export type PeerFolder = 'hive' | 'mercurius';

const peersFolder = new URL('../../../peers/', import.meta.url);
/** A copy of the lock file that the folder's packages were installed from. */
const installedLock = 'node_modules/.installed-lock.json';
const installTimeoutMs = 600_000;
const outputCharactersMax = 4_000;

/** A file of a peer's folder. */
export function peerUrl(folder: PeerFolder, file: string): URL {
  return new URL(`${folder}/${file}`, peersFolder);
}

/** Exact versions that the folder pins, by package. */
export function readPeerVersions(folder: PeerFolder): Readonly<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(peerUrl(folder, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return manifest.dependencies;
}

/** Installs the folder's packages unless they are those of its lock file. Throws npm's words. */
export async function installPeers(folder: PeerFolder, say: (line: string) => void): Promise<void> {
  const lock = peerUrl(folder, 'package-lock.json');
  const installed = peerUrl(folder, installedLock);
  const isInstalled = await Promise.all([readFile(lock), readFile(installed)]).then(
    ([wanted, found]) => wanted.equals(found),
    () => false,
  );
  if (isInstalled) {
    return;
  }
  say(`Installing ${folder} into bench/peers/${folder} (once; up to some minutes)...`);
  const startedAt = performance.now();
  await runNpmCi(fileURLToPath(peerUrl(folder, '.')));
  await copyFile(lock, installed);
  say(`Installed ${folder} in ${Math.round((performance.now() - startedAt) / 1_000)} s`);
}

/** None of the packages needs its install scripts; what they would fetch is not measured. */
function runNpmCi(cwd: string): Promise<void> {
  const child = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd,
    env: installEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: installTimeoutMs,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + String(chunk)).slice(-outputCharactersMax);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`npm ci in ${cwd} ended with ${code}:\n${output}`));
      }
    });
  });
}
