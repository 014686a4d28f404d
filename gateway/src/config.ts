import { AppError } from '@plaza/schema/errors';
import type { CommandLine } from './config/command-line.ts';
import type { ConfigFile, Origins, Tree } from './config/config-file.ts';
import { isTree, readConfigFile } from './config/config-file.ts';
import type { Config, ConfigInput } from './config/config-schema.ts';
import { configSchema } from './config/config-schema.ts';
import { describeProblem } from './config/describe-problem.ts';
import { configFileVariable, environmentKeys, parseVariable } from './config/environment-keys.ts';
import type { Environment, UnsetVariable } from './config/expand-variables.ts';

export type { Config, ConfigInput } from './config/config-schema.ts';

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
  const { tree, unset }: ConfigFile =
    file === undefined ? { tree: {}, unset: [] } : readConfigFile(file, environment, origins);
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
  return parseConfig(tree, { origins, file, unset });
}

/** A complete configuration from the options that differ from the defaults. Throws as readConfig. */
export function createConfig(input: ConfigInput): Config {
  return parseConfig(input, { origins: new Map(), file: undefined, unset: [] });
}

interface Sources {
  readonly origins: Origins;
  readonly file: string | undefined;
  /** Options whose variable is not set. */
  readonly unset: readonly UnsetVariable[];
}

function parseConfig(tree: unknown, { origins, file, unset }: Sources): Config {
  const result = configSchema.safeParse(tree);
  if (result.success && unset.length === 0) return deepFreeze(result.data);
  const where = file === undefined ? '' : ` (${file})`;
  const missing = new Set(unset.map(({ at }) => at));
  const problems = (result.error?.issues ?? []).flatMap((issue) => {
    const at = issue.path.map(String).join('.');
    if (missing.has(at)) return [];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `${at === '' ? key : `${at}.${key}`} is not an option`);
    }
    const origin = origins.get(at);
    const label = origin === undefined ? at : `${at} (${origin})`;
    return [`${label} ${describeProblem(issue)}`];
  });
  const all = [...unset.map(({ at, name }) => `${at}: ${name} is not set`), ...problems];
  throw new AppError('BAD_USER_INPUT', `Configuration${where}: ${all.join('; ')}`);
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
