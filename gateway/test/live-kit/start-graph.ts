import { writeFileSync } from 'node:fs';
import type { ConfigInput } from '../../src/config.ts';
import { createConfig } from '../../src/config.ts';
import type { ServedGateway } from '../../src/serve-gateway.ts';
import { serveGateway } from '../../src/serve-gateway.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { temporaryFolder } from '../cli-kit/run-cli.ts';
import { composeFixture } from '../kit/compose-fixture.ts';
import type { EventFeed } from '../kit/event-feed.ts';
import type { SubgraphServer } from '../kit/subgraph-server.ts';
import { startSubgraphServer } from '../kit/subgraph-server.ts';
import type { MatchEvent } from './match-subgraphs.ts';
import { createMatchGraph } from './match-subgraphs.ts';

/** Subgraphs, and as many gateways before them as a test starts. */
export interface StartedGraph extends AsyncDisposable {
  readonly feed: EventFeed<MatchEvent>;
  readonly matches: SubgraphServer;
  serve(config?: Partial<ConfigInput>): Promise<ServedGateway>;
}

/** Starts the subgraphs. */
export async function startGraph(): Promise<StartedGraph> {
  await using stack = new AsyncDisposableStack();
  const { subgraphs, feed } = createMatchGraph();
  const folder = stack.use(temporaryFolder());
  const supergraph = folder.file('supergraph.graphql');
  const servers: SubgraphServer[] = [];
  for (const subgraph of subgraphs) servers.push(stack.use(await startSubgraphServer(subgraph)));
  const addressed = subgraphs.map((one, index) => ({ ...one, url: servers[index]?.url ?? '' }));
  writeFileSync(supergraph, composeFixture(addressed));
  const logger = createLogger({ level: 'silent', format: 'json' });
  const open = stack.move();
  return {
    feed,
    matches: servers[0] as SubgraphServer,
    serve: async (config: Partial<ConfigInput> = {}) => {
      const served = await serveGateway(createConfig({ supergraph, port: 0, ...config }), logger);
      open.defer(() => served.stop());
      return served;
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
