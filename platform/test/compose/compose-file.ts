import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { repositoryRoot } from '../../src/repository-root.ts';

const composeText = readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8');

/** What docker-compose.yml says of one service, as far as it is used here. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: {
    readonly context: string;
    readonly dockerfile: string;
    readonly target: string;
    readonly args?: Readonly<Record<string, string>>;
  };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly depends_on?: Readonly<Record<string, ServiceDependency>>;
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly ulimits?: object;
  readonly deploy?: {
    readonly resources: { readonly limits: Readonly<Record<string, string | number>> };
  };
}

export interface ServiceDependency {
  readonly condition: 'service_healthy' | 'service_completed_successfully';
  /** False: only where the other one's profile is active. */
  readonly required?: boolean;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
}

/** The file as YAML has it: anchors merged, variables not yet replaced. */
export function parseComposeFile(): unknown {
  return parse(composeText, { merge: true });
}

/** The file with its variables replaced, as Compose does with the values parsed. */
export function readComposeFile(variables: Readonly<Record<string, string>>): ComposeFile {
  return interpolate(parseComposeFile(), variables) as ComposeFile;
}

/** The values that a developer's machine starts with. */
export function readDevelopmentVariables(): Record<string, string> {
  const file = join(repositoryRoot, 'deploy', 'docker', 'development.env');
  return parseEnv(readFileSync(file, 'utf8')) as Record<string, string>;
}

/** `$$`, `${NAME}`, `${NAME:-default}` and `${NAME:?message}`: what the file uses of the syntax. */
const variablePattern = /\$(?:(\$)|\{([A-Z][A-Z0-9_]*)(?::([-?])([^}]*))?\})/g;

/** Every use of a variable in the file. */
export function findVariables(): { name: string; defaultValue: string | undefined }[] {
  return [...composeText.matchAll(variablePattern)].flatMap(([, , name, operator, rest]) =>
    name === undefined ? [] : [{ name, defaultValue: operator === '-' ? rest : undefined }],
  );
}

function interpolate(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return replaceVariables(value, variables);
  if (Array.isArray(value)) return value.map((item) => interpolate(item, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, interpolate(child, variables)]),
  );
}

function replaceVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(variablePattern, (_, dollar, name, operator, rest) => {
    if (dollar !== undefined) return '$';
    const value = variables[name] ?? '';
    if (value !== '') return value;
    if (operator === '-') return rest;
    throw new Error(`${name} is not set: ${rest ?? ''}`);
  });
}
