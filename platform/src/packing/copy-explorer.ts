import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyFiles } from './copy-compiled.ts';

/** Copies the explorer as its page loads it. A build may have left files of earlier ones beside it. */
export function copyExplorer(from: string, to: string): void {
  copyFiles(from, to, ['licences.md', ...filesLoadedBy(from, 'index.html')]);
}

/** The file, and all that it names, that these name, and so on. */
function filesLoadedBy(folder: string, page: string): Set<string> {
  const assets = readdirSync(join(folder, 'assets'));
  const loaded = new Set([page]);
  for (const file of loaded) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const asset of assets) if (text.includes(asset)) loaded.add(`assets/${asset}`);
  }
  return loaded;
}
