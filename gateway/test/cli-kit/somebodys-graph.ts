import { writeFileSync } from 'node:fs';
import { products, reviews } from '../http-kit/shop-subgraphs.ts';
import { composeFixture } from '../kit/compose-fixture.ts';
import type { Subgraph } from '../kit/define-subgraph.ts';
import { startSubgraphServer } from '../kit/subgraph-server.ts';
import { temporaryFolder } from './run-cli.ts';

/** Subgraphs behind sockets, and their supergraph in a file: somebody's graph, not ours. */
export async function startSomebodysGraph(subgraphs: readonly Subgraph[] = [products, reviews]) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const servers = await Promise.all(subgraphs.map((subgraph) => startSubgraphServer(subgraph)));
  for (const server of servers) stack.use(server);
  const file = folder.file('supergraph.graphql');
  const addressed = subgraphs.map((subgraph, index) => ({
    ...subgraph,
    url: servers[index]?.url ?? subgraph.url,
  }));
  writeFileSync(file, composeFixture(addressed));
  const dispose = () => stack.disposeAsync();
  return { file, folder, servers, [Symbol.asyncDispose]: dispose };
}

/** Posts an operation to a gateway, and reads its answer. */
export async function ask(
  url: string,
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return response.json();
}
