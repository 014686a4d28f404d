import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '@plaza/schema/errors';
import { parseDocument } from 'yaml';
import type { Environment, UnsetVariable } from './expand-variables.ts';
import { expandVariables } from './expand-variables.ts';

/** Who set an option, by its path: for error messages. */
export type Origins = Map<string, string>;

export type Tree = Record<string, unknown>;

/** What a configuration file says. */
export interface ConfigFile {
  readonly tree: Tree;
  readonly unset: readonly UnsetVariable[];
}

/**
 * Reads a configuration file: variables of the environment are put in, and names of files are made
 * absolute. Throws AppError BAD_USER_INPUT for a file that is not there or no YAML map.
 */
export function readConfigFile(
  file: string,
  environment: Environment,
  origins: Origins,
): ConfigFile {
  const document = parseDocument(readText(file), { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const [firstLine] = error.message.split('\n');
    throw new AppError('BAD_USER_INPUT', `Configuration (${file}) is not YAML: ${firstLine}`);
  }
  const content: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  if (!isTree(content)) {
    throw new AppError('BAD_USER_INPUT', `Configuration (${file}) must be a map of options`);
  }
  const { value, unset } = expandVariables(content, environment, origins);
  return { tree: withFilesBeside(file, value as Tree), unset };
}

/** Options that are names of files; `*` stands for every key, or every item of a list. */
const fileOptions = [
  'supergraph',
  'lastGoodSupergraph',
  'persistedOperations.manifests.*',
  'contracts.*.persistedOperations.manifests.*',
  'hooks.modules.*',
  'shadow.supergraph',
  'signatures.privateKeyFile',
  'authorization.policies.module',
  'subgraphs.*.sdl',
  ...['subgraphDefaults', 'subgraphs.*'].flatMap((of) =>
    ['ca', 'cert', 'key'].map((name) => `${of}.tls.${name}`),
  ),
].map((option) => option.split('.'));

/** Relative file names in the configuration file are relative to that file. */
function withFilesBeside(file: string, content: Tree): Tree {
  const folder = path.dirname(file);
  return fileOptions.reduce<Tree>(
    (tree, option) => resolveAt(tree, option, folder) as Tree,
    content,
  );
}

/** What is not as the schema wants it stays as it is: the schema says so. */
function resolveAt(value: unknown, [key, ...rest]: readonly string[], folder: string): unknown {
  if (key === undefined) {
    const isFile = typeof value === 'string' && value !== '' && !/^https?:\/\//i.test(value);
    return isFile ? path.resolve(folder, value) : value;
  }
  if (Array.isArray(value)) {
    return key === '*' ? value.map((item: unknown) => resolveAt(item, rest, folder)) : value;
  }
  if (!isTree(value)) return value;
  const keys = key === '*' ? Object.keys(value) : [key].filter((one) => Object.hasOwn(value, one));
  const resolved = keys.map((one) => [one, resolveAt(value[one], rest, folder)] as const);
  return { ...value, ...Object.fromEntries(resolved) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = isMissing(error) ? 'there is no such file' : 'it cannot be read';
    throw new AppError('BAD_USER_INPUT', `Configuration (${file}): ${reason}`, { cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
