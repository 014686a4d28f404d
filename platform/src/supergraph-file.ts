import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeSubgraphs } from '@plaza/gateway/composition/compose-subgraphs';
import { repositoryRoot } from './repository-root.ts';
import { platformSubgraphs } from './subgraphs.ts';

const schemaFolder = join(repositoryRoot, 'schema');

/** A file of `schema/` and what the code says that it should hold. */
interface EmittedSchema {
  /** Relative to the repository. */
  readonly file: string;
  readonly content: string;
}

/** SDL of every subgraph and the supergraph, with the addresses of a developer's machine. */
async function emitSchemas(): Promise<EmittedSchema[]> {
  const subgraphs = await Promise.all(
    platformSubgraphs.map(async ({ name, readConfig, printSdl }) => {
      const url = `http://localhost:${readConfig({}).port}/graphql`;
      return { name, url, sdl: await printSdl() };
    }),
  );
  const files = subgraphs.map(({ name, sdl }) => ({
    file: `schema/subgraphs/${name}.graphql`,
    content: `${sdl.trimEnd()}\n`,
  }));
  return [...files, { file: 'schema/supergraph.graphql', content: composeSubgraphs(subgraphs) }];
}

/** Names of the files in `schema/` that differ from what the code says. */
export async function findStaleSchemas(): Promise<string[]> {
  return (await emitSchemas()).filter(isStale).map(({ file }) => file);
}

/** Writes `schema/`; resolves to the files that changed. */
export async function writeSchemas(): Promise<string[]> {
  const stale = (await emitSchemas()).filter(isStale);
  mkdirSync(join(schemaFolder, 'subgraphs'), { recursive: true });
  for (const { file, content } of stale) writeFileSync(join(repositoryRoot, file), content);
  return stale.map(({ file }) => file);
}

function isStale({ file, content }: EmittedSchema): boolean {
  const path = join(repositoryRoot, file);
  return !existsSync(path) || readFileSync(path, 'utf8') !== content;
}
