import { readFileSync } from 'node:fs';
import { AppError } from '@plaza/schema/errors';

interface PackageFacts {
  readonly version: string;
  /** Such as `{ node: '>=24' }`. */
  readonly engines: { readonly node: string };
}

/** The gateway's version, from its package.json. */
export function readVersion(): string {
  return readPackage().version;
}

/** Throws AppError BAD_USER_INPUT on a Node that is too old, which would fail somewhere and say less. */
export function checkNodeVersion(version: string = process.versions.node): void {
  const majorMin = Number.parseInt(readPackage().engines.node.replace('>=', ''), 10);
  if (Number.parseInt(version, 10) >= majorMin) return;
  throw new AppError('BAD_USER_INPUT', `Node ${majorMin} or newer is needed; this is ${version}`);
}

function readPackage(): PackageFacts {
  const file = new URL('../../../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as PackageFacts;
}
