import { writeFileSync } from 'node:fs';
import test from 'ava';
import { runCli, temporaryFolder } from './cli-kit/run-cli.ts';
import { products } from './http-kit/shop-subgraphs.ts';
import { composeFixture } from './kit/compose-fixture.ts';

test('checks a configuration and what it names, and serves nothing', async (t) => {
  using folder = temporaryFolder();
  writeFileSync(folder.file('graph.graphql'), composeFixture([products]));
  writeFileSync(folder.file('gateway.yaml'), 'supergraph: graph.graphql\nport: 1\n');
  const { code, stdout, stderr } = await runCli([
    'config',
    'check',
    '--config',
    folder.file('gateway.yaml'),
  ]);
  t.is(stdout, 'The configuration is right. The supergraph has 1 subgraph.\n');
  t.deepEqual([code, stderr], [0, '']);
});

test('says everything that is wrong at once, in one line', async (t) => {
  using folder = temporaryFolder();
  writeFileSync(folder.file('graph.graphql'), 'type Query { a: Int }');
  const check = async (text: string) => {
    writeFileSync(folder.file('gateway.yaml'), text);
    const { code, stderr } = await runCli([
      'config',
      'check',
      '--config',
      folder.file('gateway.yaml'),
    ]);
    t.is(code, 1);
    t.is(stderr.trim().split('\n').length, 1);
    return stderr;
  };
  const many = await check(
    'supergraph: graph.graphql\nport: 70000\nlimits: {depthMax: x}\ncache: {secret: short}\nother: 1\n',
  );
  for (const part of [/port/, /limits\.depthMax/, /cache\.secret/, /other is not an option/]) {
    t.regex(many, part);
  }
  t.regex(await check('supergraph: graph.graphql\n'), /is not a supergraph/);
  t.regex(await check('supergraph: none.graphql\n'), /cannot be read/);
  const manifest = 'supergraph: graph.graphql\npersistedOperations: {manifests: [m.json]}\n';
  t.regex(await check(manifest), /m\.json cannot be read/);
  t.regex((await runCli(['config', 'see'])).stderr, /config check/);
});
