import test from 'ava';
import { createContractGraph, partner } from './contracts/contract-graph.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { startKeyService } from './identity-kit/key-service.ts';
import { createSigningKey, signToken, startTokenIssuer } from './identity-kit/token-issuer.ts';
import { eventually } from './kit/eventually.ts';
import { createLiveClient } from './live-kit/live-client.ts';
import { openStream } from './live-kit/stream-clients.ts';

const query = 'subscription { productChanged(id: "p1") { id status } }';

/** What clients of the contract see of an event about something that is discontinued. */
const hiddenStatus = { data: { productChanged: { id: 'p2', status: null } } };
const seenStatus = { data: { productChanged: { id: 'p2', status: 'DISCONTINUED' } } };

test('a socket has the contract of its path, and its events are those of the contract', async (t) => {
  const { subgraphs, feed } = createContractGraph();
  await using http = await startHttpGateway({ subgraphs, config: { contracts: { partner } } });
  await using whole = createLiveClient(http.url);
  const url = `${http.url.replace(/^http/, 'ws')}/graphql/partner`;
  await using part = createLiveClient(http.url, { url });
  const [ofWhole, ofPart] = [whole.follow(query), part.follow(query)];
  await feed.untilSubscribed(1);
  feed.publish({ id: 'p2', status: 'DISCONTINUED' });
  t.deepEqual(await ofWhole.until(1), [seenStatus]);
  const [event] = await ofPart.until(1);
  t.like(event, hiddenStatus);
  t.like(event?.errors, { length: 1, 0: { path: ['productChanged', 'status'] } });
  t.deepEqual(http.gateway.liveCounts(), { subscriptions: 2, channels: 2, upstreams: 1 });

  const refused = part.follow('subscription { plansChanged { id } }');
  const told = JSON.stringify(await refused.ended);
  t.regex(told, /Cannot query field .*plansChanged/);
  const answers = part.follow('{ items { __typename } }');
  t.like(await answers.until(1), { 0: { data: { items: [{ __typename: 'Book' }, null] } } });

  const search = new URLSearchParams({ query });
  const accept = 'text/event-stream';
  await using stream = await openStream(`${http.url}/graphql/partner?${search}`, { accept });
  await feed.untilSubscribed(1);
  feed.publish({ id: 'p2', status: 'DISCONTINUED' });
  t.regex(await stream.until('"id":"p2"'), /"id":"p2","status":null/);

  await using lost = createLiveClient(http.url, { url: `${url}s` });
  t.regex(((await lost.follow(query).ended) as Error).message, /404/);
});

test('a reload moves subscriptions within their contract, and ends what it hides', async (t) => {
  const { subgraphs, feed } = createContractGraph();
  await using http = await startHttpGateway({ subgraphs, config: { contracts: { partner } } });
  const url = `${http.url.replace(/^http/, 'ws')}/graphql/partner`;
  await using part = createLiveClient(http.url, { url });
  const followed = part.follow(query);
  await feed.untilSubscribed(1);
  const ask = async (text: string) =>
    (await (await http.post({ query: text }, {}, '/graphql/partner')).json()) as object;
  const plans = '{ secretPlans }';
  t.like(await ask(plans), { errors: { length: 1 } });
  // The servers stay the same: only what the schema says of them changes.
  http.reload(createContractGraph({ secretTag: 'partner' }).subgraphs);
  t.deepEqual(await ask(plans), { data: { secretPlans: 'none' } });
  feed.publish({ id: 'p2', status: 'DISCONTINUED' });
  t.like((await followed.until(1))[0], hiddenStatus);

  http.reload(createContractGraph({ followTag: 'internal' }).subgraphs);
  t.regex(JSON.stringify(await followed.ended), /The schema has no subscription type/);
});

test('an API key has one contract, wherever it is sent', async (t) => {
  await using service = await startKeyService();
  const { verifyUrl, secret } = service;
  const { subgraphs, feed } = createContractGraph();
  await using http = await startHttpGateway({
    subgraphs,
    config: {
      authentication: { apiKeys: { verifyUrl, secret } },
      contracts: { partner: { ...partner, clients: 'apiKeys' }, open: partner },
    },
  });
  service.set('key-of-partner', { clientId: 'c1', contract: 'partner' });
  service.set('key-of-open', { clientId: 'c4', contract: 'open' });
  service.set('key-of-none', { clientId: 'c2' });
  service.set('key-of-another', { clientId: 'c3', contract: 'another' });
  const codeOf = async (path: string, key?: string) => {
    const headers = key === undefined ? {} : { 'x-api-key': key };
    const answer = await http.post({ query: '{ secretPlans }' }, headers, path);
    const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
    return errors?.[0]?.extensions.code;
  };
  t.is(await codeOf('/graphql', 'key-of-partner'), 'GRAPHQL_VALIDATION_FAILED');
  t.is(await codeOf('/graphql/partner', 'key-of-partner'), 'GRAPHQL_VALIDATION_FAILED');
  t.is(await codeOf('/graphql/open', 'key-of-partner'), 'FORBIDDEN');
  t.is(await codeOf('/graphql/partner'), 'UNAUTHENTICATED');
  t.is(await codeOf('/graphql/partner', 'key-of-none'), 'FORBIDDEN');
  t.is(await codeOf('/graphql', 'key-of-none'), undefined);
  t.is(await codeOf('/graphql', 'key-of-another'), 'FORBIDDEN');

  // Two who share a channel: one has the contract by its key, the other by its path.
  const connectionParams = { 'x-api-key': 'key-of-open' };
  await using byKey = createLiveClient(http.url, { connectionParams });
  const url = `${http.url.replace(/^http/, 'ws')}/graphql/open`;
  await using byPath = createLiveClient(http.url, { url });
  const first = byKey.follow(query);
  await feed.untilSubscribed(1);
  const second = byPath.follow(query);
  await eventually(() => http.gateway.liveCounts().subscriptions === 2);
  t.is(http.gateway.liveCounts().channels, 1);
  for (const events of [1, 2]) {
    feed.publish({ id: 'p2', status: 'DISCONTINUED' });
    t.like((await first.until(events))[events - 1], hiddenStatus);
    t.like((await second.until(events))[events - 1], hiddenStatus);
    http.reload(createContractGraph({ secretTag: 'partner' }).subgraphs);
  }
});

test('some contracts are for viewers with a scope, and the default for all others', async (t) => {
  const key = await createSigningKey('k1');
  await using issuer = await startTokenIssuer('https://id.test', [key]);
  const { jwksUrl } = issuer;
  const { subgraphs } = createContractGraph();
  await using http = await startHttpGateway({
    subgraphs,
    config: {
      authentication: { issuers: [{ issuer: 'https://id.test', jwksUrl, audience: ['graph'] }] },
      cache: { enabled: true },
      contracts: { partner, whole: { requiredScopes: [['staff']] } },
      defaultContract: 'partner',
    },
  });
  const token = await signToken(key, { claims: { scope: 'staff' } });
  const staff = { authorization: `Bearer ${token}` };
  const other = { authorization: `Bearer ${await signToken(key)}` };
  const codeOf = async (path: string, headers: Readonly<Record<string, string>>) => {
    const answer = await http.post({ query: '{ secretPlans }' }, headers, path);
    const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
    return errors?.[0]?.extensions.code;
  };
  t.is(await codeOf('/graphql', {}), 'GRAPHQL_VALIDATION_FAILED');
  t.is(await codeOf('/graphql', staff), 'GRAPHQL_VALIDATION_FAILED');
  t.is(await codeOf('/graphql/whole', {}), 'UNAUTHENTICATED');
  t.is(await codeOf('/graphql/whole', other), 'FORBIDDEN');
  t.is(await codeOf('/graphql/whole', staff), undefined);

  const cacheControl = async (path: string) => {
    const search = new URLSearchParams({ query: '{ product(id: "p1") { id } }' });
    const answer = await fetch(`${http.url}${path}?${search}`, { headers: staff });
    await answer.text();
    return answer.headers.get('cache-control') ?? '';
  };
  t.regex(await cacheControl('/graphql/partner'), /^public, max-age=/);
  t.regex(await cacheControl('/graphql/whole'), /^private, max-age=/);

  const socket = { url: `${http.url.replace(/^http/, 'ws')}/graphql/whole` };
  await using refused = createLiveClient(http.url, { ...socket, connectionParams: other });
  t.regex(JSON.stringify(await refused.follow(query).ended), /requires the scope staff/);
  await using allowed = createLiveClient(http.url, { ...socket, connectionParams: staff });
  t.deepEqual(await allowed.follow('{ secretPlans }').until(1), [
    { data: { secretPlans: 'none' } },
  ]);
});
