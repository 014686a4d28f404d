import { fileURLToPath } from 'node:url';

/** Absolute path of a subgraph's migrations: prisma/<subgraph>/migrations. */
export function migrationsFolderOf(subgraph: string): string {
  return fileURLToPath(new URL(`../../${subgraph}/migrations`, import.meta.url));
}
