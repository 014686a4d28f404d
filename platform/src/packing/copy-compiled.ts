import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Tests and what they are made with; maps, which would name sources that are not there; demo data. */
const leftOut = /(^|\/)(test-kit\/|demo-[^/]*$)|\.test\.(js|d\.ts)$|\.map$/;
const mapComment = /\n\/\/# sourceMappingURL=\S+\s*$/;

/**
 * Copies what a workspace serves with: compiled code and its types, without tests and maps. What was
 * compiled of a source that is gone stays behind.
 */
export function copyCompiled(workspace: string, to: string): void {
  const from = join(workspace, 'dist', 'src');
  for (const file of filesBelow(from)) {
    const source = join(workspace, 'src', file.replace(/\.(js|d\.ts)$/, '.ts'));
    if (leftOut.test(file) || !existsSync(source)) continue;
    mkdirSync(dirname(join(to, file)), { recursive: true });
    const text = readFileSync(join(from, file), 'utf8');
    writeFileSync(join(to, file), text.replace(mapComment, '\n'));
  }
}

/** Copies a folder, or of it only the files of these names. */
export function copyFiles(from: string, to: string, names = filesBelow(from)): void {
  for (const name of names) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    copyFileSync(join(from, name), join(to, name));
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
