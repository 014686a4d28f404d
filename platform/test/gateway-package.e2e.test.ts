/** The gateway's package: made, installed into an empty folder, and used as docs/gateway/first-graph.md says. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest from 'ava';
import { packGateway } from '../src/packing/pack-gateway.ts';
import { repositoryRoot } from '../src/repository-root.ts';
import { readGuideFiles } from './guides/guide-files.ts';
import { isBuildServer } from './packing/config.ts';
import {
  installGateway,
  linkGateway,
  linkPackagesOfCheckout,
  reachesRegistry,
} from './packing/install-gateway.ts';
import { type RunningProgram, runProgram } from './packing/run-program.ts';

// One folder for all, and what a test makes there the next one uses: they run in order.
const test = anyTest.serial;
const folder = mkdtempSync(join(tmpdir(), 'plaza-package-'));
const installed = join(folder, 'node_modules', '@plaza', 'gateway');
const command = join(folder, 'node_modules', '.bin', 'plaza-gateway');
const guide = readGuideFiles('first-graph.md');
/** Without a registry all but npm's own part is tested: the dependencies are linked. */
const isRegistryUsed = isBuildServer() || (await reachesRegistry());
const subgraphs: RunningProgram[] = [];
const urls: Record<string, string> = {};

anyTest.before(async (t) => {
  t.timeout(180_000);
  const { file } = await packGateway(join(folder, 'packed'));
  await (isRegistryUsed ? installGateway : linkGateway)(file, folder);
  const services = join(folder, 'services');
  mkdirSync(services);
  linkPackagesOfCheckout(services);
  for (const name of ['products', 'reviews']) {
    write(join('services', `${name}.mjs`), fileOf(`${name}.mjs`).replace(/port: \d+/, 'port: 0'));
    const program = runProgram(services, `${name}.mjs`);
    subgraphs.push(program);
    urls[name] = await program.said(new RegExp(`${name}: (http://localhost:\\d+/)`));
  }
});

anyTest.after.always(async () => {
  for (const program of subgraphs) await program[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

(isRegistryUsed ? test : test.skip)(
  'installs with what serving needs alone (skipped where npm reaches no registry)',
  (t) => {
    const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
    const { packages } = JSON.parse(lock) as { packages: Record<string, { dev?: boolean }> };
    const names = Object.keys(packages);
    t.true(names.includes('node_modules/@plaza/gateway/node_modules/@plaza/schema'));
    t.true(names.length < 230, `${names.length} packages`);
    for (const name of ['react', 'vite', '@apollo/server', '@apollo/gateway', 'playwright-core']) {
      t.false(names.includes(`node_modules/${name}`), name);
    }
  },
);

test('holds compiled code, the explorer, the schema, pages and licences, and nothing of the checkout', (t) => {
  const files = filesOf(installed);
  for (const name of [
    'README.md',
    'LICENCES.md',
    'gateway.schema.json',
    '.env.example',
    'dist/explorer/index.html',
    'dist/explorer/licences.md',
    'docs/errors.md',
    'examples/hooks/tenant-by-host.mjs',
    'docs/gateway/first-graph.md',
  ]) {
    t.true(files.includes(name), name);
  }
  const odd = files.filter((name) => /test|\.map$|(?<!\.d)\.tsx?$|tsbuildinfo|demo/.test(name));
  t.deepEqual(odd, []);
  for (const name of files) {
    const text = readFileSync(join(installed, name), 'utf8');
    t.false(text.includes(repositoryRoot), `${name} names a folder of this machine`);
    t.notRegex(text, /^\/\/# sourceMappingURL=/m, name);
  }
  for (const name of files.filter((file) => file.endsWith('.md') && !file.startsWith('dist/'))) {
    const text = readFileSync(join(installed, name), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#\s:]+)/g)].map(([, link = '']) => link);
    for (const link of links) t.true(files.includes(join(name, '..', link)), `${name}: ${link}`);
  }
  const licences = readFileSync(join(installed, 'LICENCES.md'), 'utf8');
  t.regex(licences, /@apollo\/query-planner[\s\S]*Elastic License 2\.0/);
});

test('has the explorer of this build alone, though others may lie beside it', async (t) => {
  const explorer = join(installed, 'dist', 'explorer');
  const assets = readdirSync(join(explorer, 'assets'));
  const texts = filesOf(explorer).map((name) => readFileSync(join(explorer, name), 'utf8'));
  for (const asset of assets)
    t.true(
      texts.some((text) => text.includes(asset)),
      asset,
    );
  t.is(assets.filter((name) => /^index-.*\.js$/.test(name)).length, 1);
});

test('tells its version and its options', async (t) => {
  const manifest = readFileSync(join(installed, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  t.deepEqual(await end(['--version']), { code: 0, printed: `${version}\n` });
  const help = await end(['--help']);
  t.is(help.code, 0);
  t.regex(help.printed, /plaza-gateway --supergraph <file or URL>/);
});

test('composes the subgraphs of the guide, and checks its configuration', async (t) => {
  const named = Object.entries(urls).flatMap(([name, url]) => ['--subgraph', `${name}=${url}`]);
  const composed = await end(['compose', ...named, '--out', 'supergraph.graphql']);
  t.is(composed.code, 0, composed.printed);
  write('gateway.yaml', fileOf('gateway.yaml'));
  const checked = await end(['config', 'check', '--config', 'gateway.yaml']);
  t.is(checked.code, 0, checked.printed);
  write('wrong.yaml', `${fileOf('gateway.yaml')}limts: {}\n`);
  const wrong = await end(['config', 'check', '--config', 'wrong.yaml']);
  t.is(wrong.code, 1);
  t.regex(wrong.printed, /limts is not an option/);
});

test('serves the supergraph and the explorer by one command, and ends with code 0 on SIGTERM', async (t) => {
  const args = ['--supergraph', 'supergraph.graphql', '--port', '0', '--log-format', 'json'];
  await using gateway = runProgram(folder, command, args);
  const url = await gateway.said(/"url\.graphql":"(http[^"]*)"/);
  t.deepEqual(await ask(url), answerOfTheGuide());
  const explorer = await fetch(new URL('/explorer/', url));
  t.regex(await explorer.text(), /<script type="module"/);
  t.is(await gateway.stop(), 0);
});

test('serves inside of a program', async (t) => {
  write('embedded.mjs', fileOf('embedded.mjs').replace(/port: \d+/, 'port: 0'));
  await using program = runProgram(folder, 'embedded.mjs');
  t.deepEqual(await ask(await program.said(/^(http\S*\/graphql)$/m)), answerOfTheGuide());
  t.is(await program.stop(), 0);
});

test('runs operations without a port', async (t) => {
  write('portless.mjs', fileOf('portless.mjs'));
  await using program = runProgram(folder, 'portless.mjs');
  t.is(await program.exited, 0, program.printed());
  t.deepEqual(JSON.parse(program.printed()), answerOfTheGuide());
});

const query = '{ product(id: 1) { name reviews { stars body } } }';

/** What the guide says that its request is answered. */
function answerOfTheGuide(): unknown {
  const page = readFileSync(join(repositoryRoot, 'docs', 'gateway', 'first-graph.md'), 'utf8');
  const [, asked, answer = ''] = /-d '(.*)'\n```\n\n```json\n(.*)\n```/.exec(page) ?? [];
  if (asked !== JSON.stringify({ query }).replace(':', ': ')) throw new Error(`It asks ${asked}`);
  return JSON.parse(answer);
}

async function ask(url: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return response.json();
}

async function end(args: readonly string[]): Promise<{ code: number | null; printed: string }> {
  await using program = runProgram(folder, command, args);
  return { code: await program.exited, printed: program.printed() };
}

function fileOf(name: string): string {
  const text = guide.get(name);
  if (text === undefined) throw new Error(`The guide has no ${name}`);
  return text;
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function filesOf(place: string): string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(place.length + 1));
}
