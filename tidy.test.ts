/** The house rules that no other tool checks (docs/style.md says why each exists). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import test from 'ava';
import { errorStatus } from './schema/src/errors.ts';

const root = import.meta.dirname;
const fileLinesMax = 300;
/** A feature's tests read best side by side; past this they are two features. */
const testFileLinesMax = 450;
const architectureLinesMax = 200;
const skippedFolders = new Set([
  'node_modules',
  'dist',
  'generated',
  '.git',
  '.turbo',
  '.plaza',
  'results',
]);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skippedFolders.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [relative(root, path)];
  });
}

const files = filesBelow(root);
const sources = files.filter((file) => /\.(ts|tsx|mjs|cjs|js)$/.test(file));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const subgraphs = readdirSync(join(root, 'subgraphs')).filter((name) => name !== 'kit');

test('every subgraph has the same few files', (t) => {
  const expected = ['src/main.ts', 'src/config.ts', 'src/context.ts', 'src/schema.ts', 'README.md'];
  for (const subgraph of subgraphs) {
    for (const file of expected) {
      t.true(existsSync(join(root, 'subgraphs', subgraph, file)), `${subgraph} lacks ${file}`);
    }
    t.true(
      existsSync(join(root, 'prisma', subgraph, 'schema.prisma')),
      `${subgraph} lacks a schema`,
    );
  }
});

test('no file or folder has a name that says nothing', (t) => {
  const banned = /^(utils?|helpers?|common|misc|shared|managers?)$/;
  const offenders = files.filter((file) =>
    file.split('/').some((part) => part.split('.').some((word) => banned.test(word))),
  );
  t.deepEqual(offenders, []);
});

test('no source carries work left for later', (t) => {
  const marks = /\/\/.*\b(FIXME|TODO)\b|\* .*\bFIXME\b|@ts-ignore|\btest\.only\(/;
  t.deepEqual(
    sources.filter((file) => file !== 'tidy.test.ts' && marks.test(read(file))),
    [],
  );
});

test('a source file has at most 300 lines, a test file 450', (t) => {
  const tooLong = sources
    .map((file) => ({ file, lines: read(file).split('\n').length }))
    .filter(
      ({ file, lines }) => lines > (/\.test\.ts$/.test(file) ? testFileLinesMax : fileLinesMax) + 1,
    );
  t.deepEqual(tooLong, []);
});

test('docs/errors.md explains exactly the codes of the closed list', (t) => {
  const documented = [...read('docs/errors.md').matchAll(/^### `([A-Z_]+)` \((\d+)\)$/gm)];
  const table = Object.fromEntries(documented.map(([, code, status]) => [code, Number(status)]));
  t.deepEqual(table, { ...errorStatus });
});

test("ARCHITECTURE.md's ladder names the stages of gateway/src/pipeline", (t) => {
  const architecture = read('ARCHITECTURE.md');
  t.true(architecture.split('\n').length <= architectureLinesMax);
  const ladder = [...architecture.matchAll(/`pipeline\/([a-z-]+)\.ts`/g)].map(([, name]) => name);
  const stages = readdirSync(join(root, 'gateway', 'src', 'pipeline'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => basename(name, '.ts'));
  t.deepEqual([...new Set(ladder)].sort(), stages.sort());
});

test('every .env.example lists exactly the keys that its config reads', (t) => {
  // The gateway derives its keys from its options and has a test of its own.
  const examples = files.filter(
    (file) => basename(file) === '.env.example' && !file.startsWith('gateway/'),
  );
  t.deepEqual(
    examples.map((file) => file.replace('/.env.example', '')).sort(),
    ['platform', ...subgraphs.map((name) => `subgraphs/${name}`)].sort(),
  );
  for (const example of examples) {
    const config = read(join(example, '..', 'src', 'config.ts'));
    const sharedConfig = config.includes('...sharedEnvironment')
      ? read('subgraphs/kit/src/environment.ts')
      : '';
    const known = keysIn(`${config}\n${sharedConfig}`, /^ {2}([A-Z][A-Z0-9_]+): /gm);
    t.deepEqual(keysIn(read(example), /^#?([A-Z][A-Z0-9_]*)=/gm), known, example);
  }
});

function keysIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, key]) => key ?? ''))].sort();
}

test('decision records have a number each and say their date and status', (t) => {
  const records = readdirSync(join(root, 'docs', 'decisions')).sort();
  t.is(
    new Set(records.map((record) => record.slice(0, 4))).size,
    records.length,
    'one number each',
  );
  for (const record of records) {
    t.regex(record, /^\d{4}-[a-z0-9-]+\.md$/);
    const text = read(`docs/decisions/${record}`);
    t.regex(text, /^- Date: \d{4}-\d{2}-\d{2}$/m, record);
    t.regex(text, /^- Status: (accepted|superseded by \d{4})$/m, record);
  }
});

test('every relative link of a page leads to a file, and to a heading of it', (t) => {
  const pages = files.filter((file) => file.endsWith('.md'));
  const broken = pages.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^[a-z]+:/.test(link)) return [];
      const [target = '', heading] = link.split('#');
      const file = target === '' ? page : join(page, '..', target);
      const leads = existsSync(join(root, file)) && (!heading || anchorsOf(file).has(heading));
      return leads ? [] : [`${page}: ${link}`];
    }),
  );
  t.deepEqual(broken, []);
});

function withoutCode(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```$/gm, '').replace(/`[^`\n]*`/g, '');
}

/** The fragments by which headings are linked, as GitHub makes them. */
function anchorsOf(file: string): Set<string> {
  const headings = read(file).matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test('the README starts and tests the product with two commands', (t) => {
  const readme = read('README.md');
  t.true(readme.includes('npm ci && npm start'));
  t.true(readme.includes('npm ci && npm test'));
});
