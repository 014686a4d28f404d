import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { SupergraphSnapshot } from '../src/supergraph/snapshot.ts';
import type { HttpGateway } from './http-kit/start-http-gateway.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import type { Subgraph } from './kit/define-subgraph.ts';
import { eventually } from './kit/eventually.ts';
import { startApolloServerSubgraph } from './live-kit/apollo-server-subgraph.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';
import { startCallbackGateway } from './live-kit/start-callback-gateway.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const reloads = 5;

/** Gateways that follow the matches, whose events come by the one way or the other. */
const starts: readonly [
  way: string,
  start: (subgraphs: readonly Subgraph[], stack: AsyncDisposableStack) => Promise<HttpGateway>,
][] = [
  ['a WebSocket', (subgraphs) => startHttpGateway({ subgraphs })],
  [
    'callbacks',
    async (subgraphs, stack) => {
      const [matches] = subgraphs as [Subgraph];
      const { url } = stack.use(await startApolloServerSubgraph(matches));
      return startCallbackGateway({ subgraphs, url });
    },
  ],
];

for (const [way, start] of starts) {
  test(`keeps no supergraph alive that has been replaced, events by ${way}`, async (t) => {
    const { subgraphs, feed } = createMatchGraph();
    await using stack = new AsyncDisposableStack();
    const http = stack.use(await start(subgraphs, stack));
    // The first one is the kit's to keep.
    http.reload([...subgraphs]);
    const client = stack.use(createLiveClient(http.url));
    const document = 'subscription { matchChanged(id: "m1") { seq home { name } } }';
    const followed = client.follow(document);
    await feed.untilSubscribed(1);
    const replaced: WeakRef<SupergraphSnapshot>[] = [];
    for (let seq = 1; seq <= reloads; seq += 1) {
      feed.publish({ id: 'm1', seq });
      await followed.until(seq);
      replaced.push(new WeakRef(http.snapshot()));
      http.reload([...subgraphs]);
    }
    feed.publish({ id: 'm1', seq: reloads + 1 });
    await followed.until(reloads + 1);
    await eventually(() => {
      collectGarbage();
      return replaced.every((snapshot) => snapshot.deref() === undefined);
    });
    t.is(http.gateway.liveCounts().subscriptions, 1);
  });
}
