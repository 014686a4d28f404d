import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';

/**
 * Copies pages of the repository to their places in the package. Links lead to where things are there;
 * of a link to what the package does not have the text stays.
 */
export function copyPages(pages: readonly string[], stage: string): void {
  for (const page of pages) {
    const place = placeInPackage(page);
    if (place === undefined) throw new Error(`The package has no place for ${page}`);
    const text = readFileSync(join(repositoryRoot, page), 'utf8');
    mkdirSync(dirname(join(stage, place)), { recursive: true });
    writeFileSync(join(stage, place), movedLinks(text, page, place));
  }
}

function movedLinks(text: string, page: string, place: string): string {
  return text.replace(
    /\[([^\]\n]*)\]\(([^)\s#]+)(#[^)\s]*)?\)/g,
    (link, label, target, heading) => {
      if (/^[a-z]+:/.test(target)) return link;
      const moved = placeInPackage(join(dirname(page), target));
      if (moved === undefined) return label;
      return `[${label}](${relative(dirname(place), moved)}${heading ?? ''})`;
    },
  );
}

/** Where a file of the repository is in the package; undefined: nowhere. */
function placeInPackage(file: string): string | undefined {
  const [, source] = /^gateway\/src\/(.+)\.ts$/.exec(file) ?? [];
  if (source !== undefined) return `dist/src/${source}.d.ts`;
  if (/^docs\/(gateway\/.+|errors)\.md$/.test(file)) return file;
  const [, own] = /^gateway\/(examples\/.+|[^/]+\.(?:md|json)|\.env\.example)$/.exec(file) ?? [];
  return own;
}
