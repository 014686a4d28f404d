import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createCachedShop } from '../cache-kit/cached-shop.ts';
import type { CliProcess } from '../cli-kit/run-cli.ts';
import { startCli, temporaryFolder } from '../cli-kit/run-cli.ts';
import { composeFixture } from '../kit/compose-fixture.ts';
import { startSubgraphServer } from '../kit/subgraph-server.ts';
import { startApolloServerSubgraph } from '../live-kit/apollo-server-subgraph.ts';
import { freePort } from '../live-kit/free-port.ts';
import { createMatchGraph } from '../live-kit/match-subgraphs.ts';

export const cacheSecret = 'a secret of the operators';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface Cluster extends AsyncDisposable {
  readonly cli: CliProcess;
  readonly url: string;
  readonly shop: ReturnType<typeof createCachedShop>['state'];
  readonly matches: ReturnType<typeof createMatchGraph>['feed'];
  /** Process ids of all workers that have served so far. */
  workers(): number[];
  /** Writes the configuration anew, and has it read again. */
  reload(changes: object): void;
  /** Asks over a connection of its own, which any worker may get. */
  ask(query: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** Two workers before a shop that may be cached, and matches whose subgraph calls back. */
export async function startCluster(): Promise<Cluster> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const shop = createCachedShop();
  const matches = createMatchGraph();
  const subgraphs = [...shop.subgraphs, ...matches.subgraphs];
  const addressed = await Promise.all(
    subgraphs.map(async (subgraph) => {
      const serve = subgraph.name === 'matches' ? startApolloServerSubgraph : startSubgraphServer;
      return { ...subgraph, url: stack.use(await serve(subgraph)).url };
    }),
  );
  writeFileSync(folder.file('supergraph.graphql'), composeFixture(addressed));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const configFile = folder.file('gateway.yaml');
  const write = (changes: object): void =>
    writeFileSync(configFile, JSON.stringify({ ...settings(port), ...changes }));
  write({});
  const cli = stack.use(startCli(['--config', configFile]));
  await cli.said(/"message":"gateway serves"/);
  const open = stack.move();
  return {
    cli,
    url,
    shop: shop.state,
    matches: matches.feed,
    workers: () =>
      [...cli.stdout().matchAll(/"process.pid":(\d+),"message":"worker serves"/g)].map(([, pid]) =>
        Number(pid),
      ),
    reload: (changes) => {
      write(changes);
      cli.process.kill('SIGHUP');
    },
    ask: (query, headers) => post(`${url}/graphql`, { query }, headers),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function settings(port: number) {
  return {
    supergraph: 'supergraph.graphql',
    port,
    cluster: { workers: 2 },
    drainTimeoutMs: 2_000,
    logging: { format: 'json' },
    metrics: { enabled: true },
    cache: { secret: cacheSecret },
    subgraphs: { matches: { subscriptionProtocol: 'callback' } },
    subscriptions: {
      callback: {
        publicUrl: `http://127.0.0.1:${port}/told`,
        path: '/told',
        heartbeatIntervalMs: 500,
      },
    },
    rateLimits: {
      rules: [
        {
          name: 'r',
          by: 'everybody',
          fields: ['Query.greeting'],
          windows: [{ limit: 10, windowMs: 600_000 }],
        },
      ],
    },
  };
}

/** Posts JSON over a connection of its own. */
export function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(
    url,
    { method: 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers } },
    (response) => {
      let text = '';
      response.on('data', (data) => {
        text += String(data);
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }),
      );
      response.on('error', reject);
    },
  );
  sent.on('error', reject);
  sent.end(JSON.stringify(body));
  return promise;
}
