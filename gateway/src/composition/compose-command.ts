import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AppError } from '@plaza/schema/errors';
import type { SubgraphSdl } from './compose-subgraphs.ts';
import { composeSubgraphs } from './compose-subgraphs.ts';
import { fetchSdl } from './fetch-subgraph-sdl.ts';

const helpText = `Composes subgraphs to a supergraph.

Usage
  plaza-gateway compose --subgraph <name>=<URL> ... [--sdl <name>=<file> ...] [--out <file>]

Options
  --subgraph <name>=<URL>  A subgraph and where the gateway will send its operations
  --sdl <name>=<file>      Its SDL; without it the subgraph at the URL is asked for it
  --out <file>             Where to write; without it the supergraph goes to standard output
`;

const flags = {
  subgraph: { type: 'string', multiple: true },
  sdl: { type: 'string', multiple: true },
  out: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** `plaza-gateway compose`. Throws AppError BAD_USER_INPUT that says what to change. */
export async function runComposeCommand(args: readonly string[]): Promise<void> {
  const flagged = parseFlags(args);
  if (flagged.help) {
    process.stdout.write(helpText);
    return;
  }
  const urls = (flagged.subgraph ?? []).map((text) => splitPair('--subgraph', text));
  const files = new Map((flagged.sdl ?? []).map((text) => splitPair('--sdl', text)));
  requireNames(new Set(urls.map(([name]) => name)), files);
  const subgraphs = await Promise.all(
    urls.map(([name, url]) => loadSubgraph(name, url, files.get(name))),
  );
  const supergraph = composeSubgraphs(subgraphs);
  if (flagged.out === undefined) process.stdout.write(supergraph);
  else await writeFile(flagged.out, supergraph);
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true }).values;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : '').split('. ');
    throw badInput(`${reason}. See plaza-gateway compose --help.`, error);
  }
}

function splitPair(flag: string, text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw badInput(`${flag} ${text} is not <name>=<value>`);
}

function requireNames(names: ReadonlySet<string>, files: ReadonlyMap<string, string>): void {
  if (names.size === 0) throw badInput('no --subgraph is given: see plaza-gateway compose --help');
  for (const name of files.keys()) {
    if (!names.has(name)) throw badInput(`--sdl ${name} has no --subgraph ${name}=<URL> beside it`);
  }
}

async function loadSubgraph(
  name: string,
  url: string,
  file: string | undefined,
): Promise<SubgraphSdl> {
  if (!['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '')) {
    throw badInput(`--subgraph ${name}=${url}: ${url} is not an http URL`);
  }
  return { name, url, sdl: await (file === undefined ? fetchSdl(name, url) : readSdl(name, file)) };
}

async function readSdl(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw badInput(`the SDL file of ${name} cannot be read: ${file}`, error);
  }
}

function badInput(problem: string, cause?: unknown): AppError {
  return new AppError('BAD_USER_INPUT', `compose: ${problem}`, { cause });
}
