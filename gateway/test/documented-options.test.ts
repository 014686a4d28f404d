/** What the gateway's pages say of its options, held against the options: pages must not rot. */
import { readdirSync, readFileSync } from 'node:fs';
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
import type { ConfigInput } from '../src/config.ts';
import { createConfig } from '../src/config.ts';

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

/** Fenced blocks whose info string is exactly this. `yaml` is a configuration; other YAML says more. */
function blocksOf({ file, text }: { file: string; text: string }, info: string): Block[] {
  const fences = text.matchAll(/^( *)```([^\n`]*)\n([\s\S]*?)^\1```$/gm);
  return [...fences].flatMap(({ 2: found = '', 3: block = '', index }) => {
    const line = text.slice(0, index).split('\n').length;
    return found.trim() === info ? [{ at: `${file}:${line}`, text: block }] : [];
  });
}

type Tree = Record<string, unknown>;

/** A block shows the options that its page is about; the least that a gateway needs comes with it. */
function completed(tree: Tree): Tree {
  const subgraphs = Object.values((tree.subgraphs ?? {}) as Record<string, Tree>);
  const composes = subgraphs.length > 0 && subgraphs.every(({ url }) => url !== undefined);
  return tree.supergraph !== undefined || composes ? tree : { ...tree, supergraph: 's.graphql' };
}

test('every configuration on a page is one that the gateway takes', (t) => {
  const blocks = pages.flatMap((page) => blocksOf(page, 'yaml'));
  t.true(blocks.length > 10, 'the pages are read');
  for (const { at, text } of blocks) {
    const document = parseDocument(text, { prettyErrors: true });
    t.deepEqual(
      document.errors.map(({ message }) => message),
      [],
      `${at}: a block \`yaml\` is a gateway configuration; call other YAML \`yaml <what>\``,
    );
    const tree = completed(document.toJS() as Tree);
    t.notThrows(() => createConfig(tree as ConfigInput), at);
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
  const unknown = named.filter(({ name }) => !hasOption(schema, name.split('.')));
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
