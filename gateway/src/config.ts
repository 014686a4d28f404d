import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '@plaza/schema/errors';
import { parseDocument } from 'yaml';
import type { CommandLine } from './config/command-line.ts';
import type { Config, ConfigInput } from './config/config-schema.ts';
import { configSchema } from './config/config-schema.ts';
import { describeProblem } from './config/describe-problem.ts';
import { configFileVariable, environmentKeys, parseVariable } from './config/environment-keys.ts';

export type { Config, ConfigInput } from './config/config-schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Tree = Record<string, unknown>;

/** Who set an option, by its path: for error messages. */
type Origins = Map<string, string>;

/**
 * Reads the configuration once: command line over environment over file over defaults.
 * Throws AppError BAD_USER_INPUT that names every problem at once.
 */
export function readConfig(
  commandLine: Pick<CommandLine, 'config' | 'options'>,
  environment: Environment = process.env,
): Config {
  const origins: Origins = new Map();
  const file = commandLine.config ?? nonEmpty(environment[configFileVariable]);
  const tree = file === undefined ? {} : readConfigFile(file);
  for (const key of environmentKeys) {
    for (const name of [key.commonName, key.name]) {
      const text = name === undefined ? undefined : nonEmpty(environment[name]);
      if (name === undefined || text === undefined || isServiceLink(text)) continue;
      setAt(tree, key.path, parseVariable(text, key.type), origins, name);
    }
  }
  for (const [option, text] of Object.entries(commandLine.options)) {
    const key = environmentKeys.find((candidate) => candidate.path.join('.') === option);
    const flag = `--${option.replace('logging.', 'log-')}`;
    setAt(tree, option.split('.'), parseVariable(text, key?.type ?? 'string'), origins, flag);
  }
  return parseConfig(tree, origins, file);
}

/** A complete configuration from the options that differ from the defaults. Throws as readConfig. */
export function createConfig(input: ConfigInput): Config {
  return parseConfig(input, new Map(), undefined);
}

function parseConfig(tree: unknown, origins: Origins, file: string | undefined): Config {
  const result = configSchema.safeParse(tree);
  if (result.success) return deepFreeze(result.data);
  const where = file === undefined ? '' : ` (${file})`;
  const problems = result.error.issues.flatMap((issue) => {
    const at = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `${at === '' ? key : `${at}.${key}`} is not an option`);
    }
    const origin = origins.get(at);
    const label = origin === undefined ? at : `${at} (${origin})`;
    return [`${label} ${describeProblem(issue)}`];
  });
  throw new AppError('BAD_USER_INPUT', `Configuration${where}: ${problems.join('; ')}`);
}

function readConfigFile(file: string): Tree {
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
  return withFilesBeside(file, content);
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

function setAt(
  tree: Tree,
  keyPath: readonly string[],
  value: unknown,
  origins: Origins,
  origin: string,
): void {
  const parents = keyPath.slice(0, -1);
  let node = tree;
  for (const key of parents) {
    const child = node[key];
    // A parent of the wrong kind stays: the schema then reports it under its own name.
    if (child !== undefined && !isTree(child)) return;
    const next: Tree = { ...child };
    node[key] = next;
    node = next;
  }
  node[keyPath.at(-1) ?? ''] = value;
  origins.set(keyPath.join('.'), origin);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Kubernetes sets GATEWAY_PORT=tcp://... in every pod beside a Service that is named gateway. */
function isServiceLink(text: string): boolean {
  return text.startsWith('tcp://');
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}
