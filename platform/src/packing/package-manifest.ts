import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';

/** What is used here of a workspace's package.json. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
  readonly type: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

export function readManifest(workspace: string): PackageManifest {
  const file = join(repositoryRoot, workspace, 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
}

/** What a program of somebody else may import of the gateway. */
const publicModules: Readonly<Record<string, string>> = {
  '.': 'index',
  './composition': 'composition/compose-subgraphs',
  './snapshot': 'supergraph/build-snapshot',
};

/**
 * The package.json that the gateway has outside of this repository. The workspaces that it stands on
 * come inside of its package, so what they depend on is its own dependency there.
 */
export function publicManifest(
  gateway: PackageManifest,
  bundled: readonly PackageManifest[],
): PackageManifest & Readonly<Record<string, unknown>> {
  const { name, version, description, license, type, bin, engines, dependencies } = gateway;
  const all = Object.assign({}, ...bundled.map((one) => one.dependencies), dependencies);
  const modules = Object.entries(publicModules).map(([path, module]) => [
    path,
    { types: `./dist/src/${module}.d.ts`, default: `./dist/src/${module}.js` },
  ]);
  return {
    name,
    version,
    ...(description === undefined ? {} : { description }),
    ...(license === undefined ? {} : { license }),
    type,
    ...(bin === undefined ? {} : { bin }),
    ...(engines === undefined ? {} : { engines }),
    types: './dist/src/index.d.ts',
    exports: {
      ...Object.fromEntries(modules),
      './gateway.schema.json': './gateway.schema.json',
      './package.json': './package.json',
    },
    dependencies: Object.fromEntries(
      Object.entries(all as Record<string, string>).sort(([one], [other]) =>
        one < other ? -1 : 1,
      ),
    ),
    bundleDependencies: bundled.map((one) => one.name),
  };
}

/** The package.json of a workspace inside of the gateway's package: its dependencies are the gateway's. */
export function bundledManifest({ name, version, type, exports }: PackageManifest): object {
  return { name, version, type, exports };
}
