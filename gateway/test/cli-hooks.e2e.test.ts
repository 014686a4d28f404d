import { readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { runCli, startCli, temporaryFolder } from './cli-kit/run-cli.ts';
import { ask, startSomebodysGraph } from './cli-kit/somebodys-graph.ts';

const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/hooks/${name}`, import.meta.url));

/** `fetch` sets the host itself. */
function askAs(host: string, url: string, query: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'application/json' };
    const sent = httpRequest(`${url}/graphql`, { method: 'POST', headers }, (response) =>
      text(response).then(resolve, reject),
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ query }));
  });
}

test('the example of tenants tells them apart by their host, and refuses others', async (t) => {
  await using graph = await startSomebodysGraph();
  const file = graph.folder.file('gateway.yaml');
  const hooks = { modules: [example('tenant-by-host.mjs')] };
  const headers = { forward: ['x-tenant'] };
  writeFileSync(file, JSON.stringify({ supergraph: graph.file, port: 0, hooks, headers }));
  const options = ['--config', file, '--log-format', 'json'];
  await using cli = startCli(options, { TENANTS: 'acme,globex' });
  const url = await cli.served();
  const query = '{ products { id } }';
  t.regex(await askAs('acme.graph.example', url, query), /"data"/);
  t.regex(await askAs('globex.graph.example', url, query), /"data"/);
  t.regex(
    await askAs('evil.graph.example', url, query),
    /There is no graph at this address.*FORBIDDEN/,
  );
  const tenants = graph.servers
    .flatMap((one) => one.requests)
    .map((one) => one.headers['x-tenant']);
  t.deepEqual(tenants, ['acme', 'globex']);
});

test('the example of audits writes a line for each mutation, without values', async (t) => {
  await using graph = await startSomebodysGraph();
  const log = graph.folder.file('audit.jsonl');
  const file = graph.folder.file('gateway.yaml');
  const hooks = { modules: [example('audit-mutations.mjs')] };
  writeFileSync(file, JSON.stringify({ supergraph: graph.file, port: 0, hooks }));
  await using cli = startCli(['--config', file, '--log-format', 'json'], { AUDIT_FILE: log });
  const url = await cli.served();
  t.notThrows(async () => ask(url, '{ products { id } }'));
  const answer = await ask(url, 'mutation Add { addProduct(name: "secret sofa") { id } }');
  const [line, ...others] = readFileSync(log, 'utf8').trim().split('\n');
  t.deepEqual(others, []);
  t.false(line?.includes('sofa'));
  const entry = JSON.parse(line ?? '') as Record<string, unknown>;
  t.like(entry, { name: 'Add', errorCodes: [], variables: [] });
  t.like(answer, { data: { addProduct: { id: 'p3' } }, extensions: { auditId: entry.requestId } });
});

const broken: readonly [what: string, source: string, message: RegExp][] = [
  ['does not exist', '', /there is no such file/],
  ['does not parse', 'export default {', /cannot be loaded/],
  ['has no default export', 'export const a = 1;', /has no default export with hooks/],
  [
    'has a hook of another name',
    'export default { onReqest() {} };',
    /a hook "onReqest"; there are/,
  ],
  ['has a hook that is none', 'export default { onRequest: 7 };', /onRequest is not a function/],
];

for (const [what, source, message] of broken) {
  test(`a hook module that ${what} is a start-up error`, async (t) => {
    using folder = temporaryFolder();
    const [config, module] = [folder.file('gateway.yaml'), folder.file('hooks.mjs')];
    if (source !== '') writeFileSync(module, source);
    const hooks = { modules: ['hooks.mjs'] };
    writeFileSync(config, JSON.stringify({ supergraph: 'http://127.0.0.1:9/none', hooks }));
    const { code, stderr } = await runCli(['config', 'check', '--config', config]);
    t.is(code, 1);
    t.regex(stderr, message);
    t.is(stderr.trim().split('\n').length, 1);
  });
}
