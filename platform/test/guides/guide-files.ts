import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../src/repository-root.ts';

export function readGuide(guide: string): string {
  return readFileSync(join(repositoryRoot, 'docs', 'gateway', guide), 'utf8');
}

/** The files that a guide has its reader write, by name: blocks such as `js products.mjs`. */
export function readGuideFiles(guide: string): ReadonlyMap<string, string> {
  const blocks = readGuide(guide).matchAll(/^```\w+ ([\w.-]+)\n([\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]));
}

/** The bodies that a guide has its reader send, in order: what stands in `-d '…'`. */
export function readGuideBodies(guide: string): string[] {
  return [...readGuide(guide).matchAll(/ -d '([^']*)'/g)].map(([, body = '']) => body);
}

/** The answers that a guide shows, one a line of its `json` blocks. */
export function readGuideAnswers(guide: string): unknown[] {
  const blocks = readGuide(guide).matchAll(/^```json\n([\s\S]*?)\n```$/gm);
  return [...blocks].flatMap(([, text = '']) => text.split('\n').map((line) => JSON.parse(line)));
}
