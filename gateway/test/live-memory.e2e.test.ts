import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { SupergraphSnapshot } from '../src/supergraph/snapshot.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const reloads = 5;

test('keeps no supergraph alive that has been replaced', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  // The first one is the kit's to keep.
  http.reload([...subgraphs]);
  await using client = createLiveClient(http.url);
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
