import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../src/repository-root.ts';

const run = promisify(execFile);
const installTimeoutMs = 90_000;
const pingTimeoutMs = 5_000;

/** Whether npm reaches its registry from here. */
export async function reachesRegistry(): Promise<boolean> {
  const args = ['ping', '--fetch-retries=0', `--fetch-timeout=${pingTimeoutMs}`];
  return run('npm', args, { timeout: 2 * pingTimeoutMs }).then(
    () => true,
    () => false,
  );
}

/** Installs the tarball into an empty folder, as anybody would. What npm has at hand is not asked for. */
export async function installGateway(tarball: string, folder: string): Promise<void> {
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball];
  await run('npm', args, { cwd: folder, timeout: installTimeoutMs });
}

/** The same without a registry: exactly the declared dependencies, linked to those of the checkout. */
export async function linkGateway(tarball: string, folder: string): Promise<void> {
  const installed = join(folder, 'node_modules', '@plaza', 'gateway');
  mkdirSync(dirname(installed), { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', folder]);
  renameSync(join(folder, 'package'), installed);
  const manifest = readFileSync(join(installed, 'package.json'), 'utf8');
  const { dependencies, bundleDependencies } = JSON.parse(manifest) as {
    dependencies: Record<string, string>;
    bundleDependencies: string[];
  };
  for (const name of Object.keys(dependencies)) {
    if (!bundleDependencies.includes(name)) link(placeOf(name), join(folder, 'node_modules', name));
  }
  const main = join(installed, 'dist', 'src', 'main.js');
  chmodSync(main, 0o755);
  link(main, join(folder, 'node_modules', '.bin', 'plaza-gateway'));
}

/** Lets programs in a folder import what the checkout has installed. */
export function linkPackagesOfCheckout(folder: string): void {
  link(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'));
}

function placeOf(name: string): string {
  const places = ['gateway', 'pub-sub', '.'].map((room) =>
    join(repositoryRoot, room, 'node_modules', name),
  );
  const place = places.find((candidate) => existsSync(candidate));
  if (place === undefined) throw new Error(`${name} is declared and not installed`);
  return place;
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}
