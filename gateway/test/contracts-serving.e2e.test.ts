import { writeFileSync } from 'node:fs';
import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { createConfig } from '../src/config.ts';
import { serveGateway } from '../src/serve-gateway.ts';
import { createLogger } from '../src/telemetry/logger.ts';
import { runCli, temporaryFolder } from './cli-kit/run-cli.ts';
import { createContractGraph, partner } from './contracts/contract-graph.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import type { Subgraph } from './kit/define-subgraph.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';

const mobile = { include: ['partner', 'mobile'], exclude: ['internal'] };

/** A gateway as anybody starts it, on a supergraph file that a test replaces. */
async function serve(config: Partial<ConfigInput>) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const { subgraphs } = createContractGraph();
  const urls: string[] = [];
  for (const one of subgraphs) urls.push(stack.use(await startSubgraphServer(one)).url);
  const write = (graph: readonly Subgraph[]): void => {
    const addressed = graph.map((one, index) => ({ ...one, url: urls[index] ?? '' }));
    writeFileSync(folder.file('supergraph.graphql'), composeFixture(addressed));
  };
  write(subgraphs);
  const lines: string[] = [];
  const logger = createLogger(
    { level: 'info', format: 'json' },
    { write: (line) => lines.push(line) },
  );
  const supergraph = folder.file('supergraph.graphql');
  const all = { supergraph, port: 0, pollIntervalMs: 0, ...config };
  const gateway = await serveGateway(createConfig(all), logger);
  stack.defer(() => gateway.stop());
  const open = stack.move();
  const ask = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const dispose = { [Symbol.asyncDispose]: () => open.disposeAsync() };
  return { ...dispose, write, ask, lines, reload: gateway.reload };
}

test('contracts are made anew with each supergraph, or the last good one stays with all', async (t) => {
  await using served = await serve({ contracts: { partner, mobile } });
  const query = '{ product(id: "p1") { name } }';
  const plans = '{ secretPlans }';
  for (const path of ['/graphql', '/graphql/partner', '/graphql/mobile']) {
    t.like(await served.ask(path, { query }), { data: { product: { name: 'Table' } } });
  }
  t.like(await served.ask('/graphql/partner', { query: plans }), { errors: { length: 1 } });

  served.write(createContractGraph({ secretTag: 'partner' }).subgraphs);
  await served.reload();
  t.like(await served.ask('/graphql/partner', { query: plans }), { data: { secretPlans: 'none' } });
  const tags = served.lines.filter((line) => line.includes('contract has tags that nothing has'));
  t.like(JSON.parse(tags[0] ?? '{}'), { 'graphql.contract.name': 'mobile', tags: ['mobile'] });
  const warmed = served.lines.filter((line) => line.includes('supergraph warmed'));
  t.like(JSON.parse(warmed[0] ?? '{}'), { operations: 3 });

  served.write(createContractGraph({ queryTag: 'internal' }).subgraphs);
  const error = await t.throwsAsync(served.reload());
  const problem = 'cannot be made: no field of Query is left';
  t.true(error?.message.endsWith(`contract "partner" ${problem}; contract "mobile" ${problem}`));
  t.like(await served.ask('/graphql/partner', { query: plans }), { data: { secretPlans: 'none' } });
  t.like(await served.ask('/graphql', { query: plans }), { data: { secretPlans: 'none' } });
});

test('a contract may serve nothing but the operations of its manifests', async (t) => {
  using folder = temporaryFolder();
  const text = '{ product(id: "p1") { name } }';
  writeFileSync(folder.file('partner.json'), JSON.stringify({ table: text }));
  writeFileSync(folder.file('whole.json'), JSON.stringify({ plans: '{ secretPlans }' }));
  const manifests = (name: string) => ({ manifests: [folder.file(name)] });
  await using served = await serve({
    persistedOperations: manifests('whole.json'),
    contracts: {
      partner: {
        ...partner,
        persistedOperations: { mode: 'trusted', ...manifests('partner.json') },
      },
    },
  });
  const code = async (path: string, body: object) => {
    const { errors } = (await served.ask(path, body)) as {
      errors?: { extensions: { code: string } }[];
    };
    return errors?.[0]?.extensions.code;
  };
  t.is(await code('/graphql/partner', { documentId: 'table' }), undefined);
  t.is(await code('/graphql/partner', { query: text }), undefined);
  t.is(await code('/graphql/partner', { query: '{ __typename }' }), 'FORBIDDEN');
  // An id of the whole graph's says nothing here, so nothing that is hidden can show in its errors.
  t.is(await code('/graphql/partner', { documentId: 'plans' }), 'PERSISTED_QUERY_NOT_FOUND');
  t.is(await code('/graphql', { documentId: 'plans' }), undefined);
  t.is(await code('/graphql', { query: '{ __typename }' }), undefined);
});

test('a start, and a check, say in one line what is wrong with contracts', async (t) => {
  using folder = temporaryFolder();
  writeFileSync(folder.file('graph.graphql'), composeFixture(createContractGraph().subgraphs));
  const configured = async (command: readonly string[], text: string) => {
    writeFileSync(folder.file('gateway.yaml'), `supergraph: graph.graphql\nport: 0\n${text}`);
    const { code, stderr } = await runCli([...command, '--config', folder.file('gateway.yaml')]);
    t.is(code, 1);
    t.is(stderr.trim().split('\n').length, 1);
    return stderr;
  };
  const empty = 'contracts: {a: {include: [nobody]}, b: {exclude: [partner]}}\n';
  for (const command of [[], ['config', 'check']]) {
    const told = await configured(command, empty);
    t.regex(told, /contract "a" cannot be made: no field of Query is left/);
    t.regex(told, /contract "b" cannot be made: no field of Query is left/);
  }
  const typo = 'supergraph: graph.graphql\ncontracts: {a: {exclude: [internl, internal]}}\n';
  writeFileSync(folder.file('gateway.yaml'), typo);
  const config = ['--config', folder.file('gateway.yaml')];
  const checked = await runCli(['config', 'check', ...config]);
  t.is(checked.code, 0);
  t.regex(checked.stdout, /Nothing has the tag "internl" of the contract "a"\.\n$/);
  const wrong = await configured(
    ['config', 'check'],
    `persistedOperations: {mode: trusted}
defaultContract: none
contracts:
  Partner: {}
  partner: {inclde: [x], limits: {bodyBytesMax: 5}, clients: nobody}
`,
  );
  for (const part of [
    /contracts\.Partner must be a-z/,
    /contracts\.partner\.inclde is not an option/,
    /contracts\.partner\.limits\.bodyBytesMax is not an option/,
    /contracts\.partner\.clients must be one of everybody, apiKeys/,
    /defaultContract must be one of the names in contracts/,
    /contracts\.partner\.persistedOperations\.manifests is empty/,
  ]) {
    t.regex(wrong, part);
  }
});
