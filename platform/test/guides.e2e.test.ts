/** What the guides in docs/gateway have their readers try, tried: their files, their requests, their answers. */
import { findRedis } from '@plaza/pub-sub/test-kit/find-redis';
import anyTest from 'ava';
import { readGuide, readGuideAnswers, readGuideBodies } from './guides/guide-files.ts';
import { type StartedGuide, startGuide } from './guides/start-guide.ts';

const test = anyTest.serial;
const redis = await findRedis();

test('limits.md: refuses what the page says, in its words, and answers the rest', async (t) => {
  await using guide = await startGuide('limits.md');
  const answers = [];
  for (const body of readGuideBodies('limits.md'))
    answers.push(await (await ask(guide, body)).json());
  const [deep, costly, batch, longBatch, fromPage] = answers;
  t.deepEqual([deep, costly], readGuideAnswers('limits.md'));
  t.like(batch, { 0: { data: { product: { name: 'Table' } } }, length: 2 });
  t.like(longBatch, { errors: { 0: { extensions: { code: 'BAD_REQUEST' } } } });
  t.deepEqual(fromPage, { data: { __typename: 'Query' } });
  const origin = { origin: 'https://shop.example' };
  const { headers } = await ask(guide, '{"query": "{ __typename }"}', origin);
  t.is(headers.get('access-control-allow-origin'), origin.origin);
  t.regex(headers.get('ratelimit-policy') ?? '', /"people-60s";q=10;w=60/);
  const foreign = `${guide.url}/graphql?query=%7B__typename%7D`;
  const refused = await fetch(foreign, { headers: { 'sec-fetch-site': 'cross-site' } });
  t.like(await refused.json(), { errors: { 0: { extensions: { code: 'FORBIDDEN' } } } });
  const asked = Array.from({ length: 12 }, () => ask(guide, '{"query": "{ __typename }"}'));
  const exceeded = (await Promise.all(asked)).find(({ status }) => status !== 200);
  if (exceeded === undefined) return t.fail('12 requests at once are allowed');
  t.is(exceeded.status, 429);
  t.regex(exceeded.headers.get('retry-after') ?? '', /^[1-6]$/);
});

test('caching.md: asks products once, says why, and again when it is told', async (t) => {
  await using guide = await startGuide('caching.md');
  const [first = '', second = '', explained = '', invalidation = ''] =
    readGuideBodies('caching.md');
  const askings = () => guide.subgraphs.products.printed().match(/is asked for 1/g)?.length;
  await ask(guide, first);
  const known = await ask(guide, second);
  t.regex(known.headers.get('cache-control') ?? '', /^public, max-age=(300|29\d)$/);
  t.truthy(known.headers.get('age'));
  t.is(askings(), 1);
  const explain = { 'plaza-explain-cache': 'only-the-team-knows-it' };
  await ask(guide, explained, explain);
  const { extensions } = (await (await ask(guide, explained, explain)).json()) as {
    extensions: { cache: { fetches: Record<string, unknown>[] } };
  };
  t.like(extensions.cache.fetches, {
    0: { subgraph: 'products', maxAgeSeconds: 300, decidedBy: 'Query.product', hits: 1 },
    1: { subgraph: 'reviews', maxAgeSeconds: 0, decidedBy: 'Product' },
  });
  const endpoint = await fetch(`${guide.url}/cache/invalidations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer only-the-team-knows-it' },
    body: invalidation,
  });
  t.deepEqual(await endpoint.json(), { invalidated: 1 });
  const before = askings() ?? 0;
  await ask(guide, first);
  t.is(askings(), before + 1);
});

test('live-data.md: brings the event of a WebSocket that the page shows', async (t) => {
  await using guide = await startGuide('live-data.md');
  t.like(await firstEvent(guide), shownEvent());
});

if ('missing' in redis) {
  test.skip(`live-data.md: an event of a topic (${redis.missing})`, () => undefined);
} else {
  anyTest.after.always(() => redis.stop());
  test('live-data.md: brings the event of a topic that the page shows', async (t) => {
    const files = { reviews: 'reviews-by-topic.mjs', gateway: 'gateway-topics.yaml' };
    await using guide = await startGuide('live-data.md', { ...files, redisUrl: redis.url });
    t.like(await firstEvent(guide), shownEvent());
  });
}

const eventData = /^event: next\ndata: (.+)$/m;

function shownEvent(): Record<string, unknown> {
  const [, data = ''] = eventData.exec(readGuide('live-data.md')) ?? [];
  return JSON.parse(data);
}

/** Follows as the page does, and changes something until an event comes. */
async function firstEvent(guide: StartedGuide): Promise<Record<string, unknown>> {
  const [subscription = '', mutation = ''] = readGuideBodies('live-data.md');
  const stream = await ask(guide, subscription, { accept: 'text/event-stream' });
  const change = (): void => void ask(guide, mutation).catch(() => undefined);
  const again = setInterval(change, 2_000);
  change();
  let received = '';
  for await (const chunk of stream.body ?? []) {
    received += Buffer.from(chunk).toString();
    if (eventData.test(received)) break;
  }
  clearInterval(again);
  const [, data = ''] = eventData.exec(received) ?? [];
  return JSON.parse(data);
}

function ask({ url }: { url: string }, body: string, headers = {}): Promise<Response> {
  const own = { 'content-type': 'application/json', ...headers };
  return fetch(`${url}/graphql`, { method: 'POST', headers: own, body });
}
