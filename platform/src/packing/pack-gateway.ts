import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../repository-root.ts';
import { copyCompiled, copyFiles } from './copy-compiled.ts';
import { copyExplorer } from './copy-explorer.ts';
import { copyPages } from './copy-pages.ts';
import { bundledManifest, publicManifest, readManifest } from './package-manifest.ts';

/** Workspaces that come inside of the gateway's package: docs/decisions/0039 says why. */
const bundledWorkspaces = ['schema', 'pub-sub'];
const npmTimeoutMs = 60_000;

export interface PackedGateway {
  /** Absolute path of the tarball. */
  readonly file: string;
  readonly bytes: number;
  readonly files: number;
}

/** Makes the gateway's package of what is built, and leaves the tarball in the folder. */
export async function packGateway(folder: string): Promise<PackedGateway> {
  const stage = mkdtempSync(join(tmpdir(), 'plaza-pack-'));
  try {
    stageGateway(stage);
    mkdirSync(folder, { recursive: true });
    const args = ['pack', '--json', '--pack-destination', folder];
    const options = { cwd: stage, timeout: npmTimeoutMs };
    const { stdout } = await promisify(execFile)('npm', args, options);
    const [packed] = JSON.parse(stdout) as { filename: string; size: number; entryCount: number }[];
    if (packed === undefined) throw new Error(`npm pack said nothing of a package: ${stdout}`);
    const { filename, size, entryCount } = packed;
    return { file: join(folder, filename), bytes: size, files: entryCount };
  } finally {
    rmSync(stage, { recursive: true });
  }
}

/** Puts the package's files in an empty folder, as they will be installed. */
function stageGateway(stage: string): void {
  const gateway = join(repositoryRoot, 'gateway');
  const bundled = bundledWorkspaces.map(readManifest);
  writeJson(join(stage, 'package.json'), publicManifest(readManifest('gateway'), bundled));
  copyCompiled(gateway, join(stage, 'dist', 'src'));
  copyExplorer(join(gateway, 'dist', 'explorer'), join(stage, 'dist', 'explorer'));
  copyFiles(gateway, stage, ['LICENCES.md', 'gateway.schema.json', '.env.example']);
  copyFiles(join(gateway, 'examples'), join(stage, 'examples'));
  const guides = readdirSync(join(repositoryRoot, 'docs', 'gateway'));
  const pages = [
    'gateway/README.md',
    'docs/errors.md',
    ...guides.map((name) => `docs/gateway/${name}`),
  ];
  copyPages(pages, stage);
  for (const workspace of bundledWorkspaces) {
    const manifest = readManifest(workspace);
    const inside = join(stage, 'node_modules', manifest.name);
    copyCompiled(join(repositoryRoot, workspace), join(inside, 'dist', 'src'));
    writeJson(join(inside, 'package.json'), bundledManifest(manifest));
  }
}

function writeJson(file: string, content: object): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
