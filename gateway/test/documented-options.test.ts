/** What the gateway's pages say of its options, held against the options: pages must not rot. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorStatus } from '@plaza/schema/errors';
import test from 'ava';
import { parseDocument } from 'yaml';
import { helpText } from '../src/config/command-line.ts';
import {
  configFileVariable,
  configJsonSchema,
  environmentKeys,
} from '../src/config/environment-keys.ts';
import { readConfig } from '../src/config.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const guides = readdirSync(path.join(repository, 'docs', 'gateway'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/gateway/${name}`);
const pages = ['gateway/README.md', ...guides].map((file) => ({
  file,
  text: readFileSync(path.join(repository, file), 'utf8'),
}));

interface Block {
  /** Where it stands: `docs/gateway/limits.md:12`. */
  readonly at: string;
  readonly text: string;
}

/** Fenced blocks that are a configuration: `yaml`, or `yaml gateway.yaml`. Other YAML says what it is. */
function configurationsOf({ file, text }: { file: string; text: string }): Block[] {
  const fences = text.matchAll(/^( *)```([^\n`]*)\n([\s\S]*?)^\1```$/gm);
  return [...fences].flatMap(({ 2: found = '', 3: block = '', index }) => {
    const line = text.slice(0, index).split('\n').length;
    const isConfiguration = /^yaml( gateway[\w-]*\.yaml)?$/.test(found.trim());
    return isConfiguration ? [{ at: `${file}:${line}`, text: block }] : [];
  });
}

type Tree = Record<string, unknown>;

/** A block shows the options that its page is about; the least that a gateway needs comes with it. */
function neededBeside(tree: Tree): Record<string, string> {
  const subgraphs = Object.values((tree.subgraphs ?? {}) as Record<string, Tree>);
  const composes =
    subgraphs.length > 0 && subgraphs.every(({ url, urls }) => (url ?? urls) !== undefined);
  return tree.supergraph !== undefined || composes ? {} : { supergraph: 's.graphql' };
}

/** The secrets of which a block says that they come from the environment, or that it takes from there. */
function secretsIn(text: string): Record<string, string> {
  const names = text.matchAll(/\b(GATEWAY_[A-Z_]+)\b|\$\{(\w+)\}/g);
  const secret = 'a-secret-of-thirty-two-characters';
  return Object.fromEntries([...names].map(([, own, named = '']) => [own ?? named, secret]));
}

test('every configuration on a page is one that the gateway takes', (t) => {
  const blocks = pages.flatMap(configurationsOf);
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-pages-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  t.true(blocks.length > 10, 'the pages are read');
  for (const { at, text } of blocks) {
    const document = parseDocument(text, { prettyErrors: true });
    t.deepEqual(
      document.errors.map(({ message }) => message),
      [],
      `${at}: a block \`yaml\` is a gateway configuration; call other YAML \`yaml <what>\``,
    );
    const options = neededBeside(document.toJS() as Tree);
    const config = path.join(folder, 'gateway.yaml');
    writeFileSync(config, text);
    t.notThrows(() => readConfig({ config, options }, secretsIn(text)), at);
  }
});

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
}

const schema = configJsonSchema() as SchemaNode;

/** Whether the schema has an option at a path; lists are passed through, `<name>` is any key. */
function hasOption(node: SchemaNode, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (node.items !== undefined) return hasOption(node.items, [key, ...rest]);
  const child = node.properties?.[key] ?? node.additionalProperties;
  return typeof child === 'object' && hasOption(child, rest);
}

test('every option that a page names by its path exists', (t) => {
  const roots = Object.keys(schema.properties ?? {}).join('|');
  const option = new RegExp(`\`((?:${roots})(?:\\.[A-Za-z]+|\\.<[^>]+>)+)(?:: [^\`]*)?\``, 'g');
  const named = pages.flatMap(({ file, text }) =>
    [...text.matchAll(option)].map(([, name = '']) => ({ file, name })),
  );
  t.true(named.length > 20, 'the pages are read');
  const options = named.filter(({ name }) => !/\.(graphql|yaml|json)$/.test(name));
  const unknown = options.filter(({ name }) => !hasOption(schema, name.split('.')));
  t.deepEqual(unknown, []);
});

test('every variable and flag that a page names exists', (t) => {
  const variables = new Set([configFileVariable, ...environmentKeys.map(({ name }) => name)]);
  const flags = new Set(helpText.match(/--[a-z-]+/g));
  for (const { file, text } of pages) {
    const named = text.match(/\bGATEWAY_[A-Z_]+\b/g) ?? [];
    t.deepEqual(
      named.filter((name) => !variables.has(name) && !(name in errorStatus)),
      [],
      file,
    );
    const commands = [...text.matchAll(/(?:plaza-gateway|npm run gateway --) (--[^\n#`]*)/g)];
    const given = commands.flatMap(([, rest = '']) => rest.match(/--[a-z-]+/g) ?? []);
    t.deepEqual(
      given.filter((flag) => !flags.has(flag)),
      [],
      file,
    );
  }
});
