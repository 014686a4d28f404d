import { writeFileSync } from 'node:fs';
import test from 'ava';
import { runContractCommand } from '../src/contracts/contract-command.ts';
import { runCli, temporaryFolder } from './cli-kit/run-cli.ts';
import { composeFixture } from './kit/compose-fixture.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';

const graph = (fields: string) =>
  composeFixture([defineSubgraph({ name: 'one', typeDefs: `type Query { ${fields} }` })]);
const configuration = `supergraph: graph.graphql
contracts:
  partner: {include: [partner]}
`;

test('prints a contract, publishes it, and ends with 1 when it breaks its clients', async (t) => {
  using folder = temporaryFolder();
  writeFileSync(folder.file('gateway.yaml'), configuration);
  const serve = (fields: string) => writeFileSync(folder.file('graph.graphql'), graph(fields));
  const config = ['--config', folder.file('gateway.yaml')];
  const run = async (...args: string[]) => {
    const texts: string[] = [];
    await runContractCommand([...args, ...config], (text) => texts.push(text));
    return texts.join('');
  };
  const there = ['--published', folder.file('contracts')];
  serve('a: Int @tag(name: "partner") b: Int @tag(name: "partner") c: Int');
  t.regex(await run('print', 'partner'), /type Query \{\n {2}a: Int\n {2}b: Int\n\}\n$/);
  t.is(await run('publish', ...there), 'Published partner.\n');
  t.is(await run('check', ...there), 'All contracts are as they were published.\n');

  serve('a: Int @tag(name: "partner") b: Int c: Int @tag(name: "partner")');
  const { code, stderr } = await runCli(['contract', 'check', ...there, ...config]);
  t.is(code, 1);
  t.regex(stderr, /"partner" would break its clients:\n {2}FIELD_REMOVED: Query\.b was removed/);
  t.regex(stderr, /plaza-gateway contract publish --reason/);
  await t.throwsAsync(run('publish', ...there), { message: /would break its clients/ });
  t.is(await run('publish', ...there, '--reason', 'b was never used'), 'Published partner.\n');
  t.is(await run('check', ...there), 'All contracts are as they were published.\n');
});

test('says what is wrong with the command', async (t) => {
  using folder = temporaryFolder();
  writeFileSync(folder.file('gateway.yaml'), configuration);
  writeFileSync(folder.file('graph.graphql'), graph('a: Int @tag(name: "partner")'));
  const config = ['--config', folder.file('gateway.yaml')];
  const rows: [args: readonly string[], message: RegExp][] = [
    [['see'], /there is print <name>, check and publish/],
    [['print', 'mobile', ...config], /there is no contract "mobile"; .*: partner/],
    [['check', ...config], /--published names no folder/],
    [
      ['print', 'partner', '--supergraph', 'none.graphql', ...config],
      /none\.graphql cannot be read/,
    ],
  ];
  for (const [args, message] of rows) {
    await t.throwsAsync(
      runContractCommand(args, () => undefined),
      { message },
    );
  }
});
