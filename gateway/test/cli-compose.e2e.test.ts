import { readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { print } from 'graphql';
import { composeSubgraphs } from '../src/composition/compose-subgraphs.ts';
import { buildSupergraphSnapshot } from '../src/supergraph/build-snapshot.ts';
import { runCli, temporaryFolder } from './cli-kit/run-cli.ts';
import { orders } from './event-sources/event-graph.ts';
import { products, reviews } from './http-kit/shop-subgraphs.ts';
import { startSubgraphServer } from './kit/subgraph-server.ts';

const inputs = [products, reviews].map(({ name, url, typeDefs }) => ({
  name,
  url,
  sdl: print(typeDefs),
}));

test.serial('composes the same supergraph whatever the order of the subgraphs', (t) => {
  const supergraph = composeSubgraphs(inputs);
  t.is(supergraph, composeSubgraphs([...inputs].reverse()));
  const { subgraphs } = buildSupergraphSnapshot(supergraph);
  t.deepEqual([...subgraphs.keys()], ['products', 'reviews']);
  t.is(subgraphs.get('reviews')?.url, reviews.url);
});

test.serial('lists every finding of composition, with the subgraph that it is about', (t) => {
  const clash = { name: 'clash', url: 'http://clash.test', sdl: 'type Query { products: Int! }' };
  t.throws(() => composeSubgraphs([...inputs, clash]), {
    message: /^The subgraphs do not compose:\n- .*Query\.products.*clash/s,
  });
});

test.serial('says where each unreadable SDL is wrong', (t) => {
  const broken = ['one', 'two'].map((name) => ({ name, url: 'http://x.test', sdl: 'type {' }));
  t.throws(() => composeSubgraphs(broken), {
    message: /- \[one\] Syntax Error.*\(line 1, column 6\)\n- \[two\] Syntax Error/,
  });
});

test.serial('composes files and running subgraphs from the command line', async (t) => {
  using folder = temporaryFolder();
  await using running = await startSubgraphServer(reviews);
  const sdl = folder.file('products.graphql');
  writeFileSync(sdl, print(products.typeDefs));
  const out = folder.file('supergraph.graphql');
  const { code, stderr } = await runCli([
    'compose',
    ...['--subgraph', `products=${products.url}`, '--sdl', `products=${sdl}`],
    ...['--subgraph', `reviews=${running.url}`, '--out', out],
  ]);
  t.is(stderr, '');
  t.is(code, 0);
  const { subgraphs } = buildSupergraphSnapshot(readFileSync(out, 'utf8'));
  t.is(subgraphs.get('products')?.url, products.url);
  t.is(subgraphs.get('reviews')?.url, running.url);
});

test.serial(
  'carries event sources into the supergraph, and says which field has a bad one',
  async (t) => {
    using folder = temporaryFolder();
    const sdl = folder.file('orders.graphql');
    const compose = (text: string) => {
      writeFileSync(sdl, text);
      return runCli(['compose', '--subgraph', 'orders=http://o.test', '--sdl', `orders=${sdl}`]);
    };
    const good = print(orders.typeDefs);
    const { stdout } = await compose(good);
    const { topic, filters } =
      buildSupergraphSnapshot(stdout).eventSources.get('orderChanged') ?? {};
    t.deepEqual(topic?.parts, [
      { kind: 'text', text: 'order.' },
      { kind: 'argument', name: 'id' },
    ]);
    t.deepEqual(filters?.[0]?.orScopes, [['order:read'], ['admin', 'all']]);
    const { code, stderr } = await compose(good.replace('{args.match}', '{args.game}'));
    t.is(code, 1);
    t.regex(stderr, /- "Subscription\.seatChanged": "\{args\.game\}" .*\(EVENT_SOURCE_INVALID\)/);
  },
);

test.serial('says what is wrong with a compose command', async (t) => {
  const url = 'http://127.0.0.1:1/graphql';
  const cases: readonly [args: readonly string[], reason: RegExp][] = [
    [[], /no --subgraph is given/],
    [['--subgraph', 'a'], /--subgraph a is not <name>=<value>/],
    [['--subgraph', 'a=file.graphql'], /file\.graphql is not an http URL/],
    [['--subgraph', `a=${url}`], /Subgraph a does not tell its SDL at .*: is it running\?/],
    [['--subgraph', `a=${url}`, '--sdl', 'a=/no/such'], /SDL file of a cannot be read: \/no\/such/],
    [['--subgraph', `a=${url}`, '--sdl', 'b=x'], /--sdl b has no --subgraph b=<URL>/],
    [['--wrong'], /Unknown option '--wrong'/],
  ];
  for (const [args, reason] of cases) {
    const { code, stderr } = await runCli(['compose', ...args]);
    t.is(code, 1);
    t.regex(stderr, reason);
    t.regex(stderr, /^plaza-gateway: [^\n]+\n$/);
  }
});
