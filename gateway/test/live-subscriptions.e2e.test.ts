import test from 'ava';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { createMatchGraph } from './live-kit/match-subgraphs.ts';

const document = 'subscription { matchChanged(id: "m1") { seq home { name } } }';

test('joins an event with what another subgraph knows', async (t) => {
  const { subgraphs, feed } = createMatchGraph();
  await using http = await startHttpGateway({ subgraphs });
  await using client = createLiveClient(http.url);
  const followed = client.follow(document);
  await feed.untilSubscribed(1);
  feed.publish({ id: 'm1', seq: 1 });
  feed.publish({ id: 'm1', seq: 2, homeTeam: 'boca' });
  t.deepEqual(await followed.until(2), [
    { data: { matchChanged: { seq: 1, home: { name: 'Ajax' } } } },
    { data: { matchChanged: { seq: 2, home: { name: 'Boca Juniors' } } } },
  ]);
});
