import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../src/repository-root.ts';

/** The files that a guide has its reader write, by name: blocks such as `js products.mjs`. */
export function readGuideFiles(guide: string): ReadonlyMap<string, string> {
  const page = readFileSync(join(repositoryRoot, 'docs', 'gateway', guide), 'utf8');
  const blocks = page.matchAll(/^```\w+ ([\w.-]+)\n([\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]));
}
