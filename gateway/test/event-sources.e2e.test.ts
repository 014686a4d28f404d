/** Subscriptions that topics feed, over real buses. */
import { randomBytes } from 'node:crypto';
import { openPubSub } from '@plaza/pub-sub/open-pub-sub';
import type { PubSub } from '@plaza/pub-sub/pub-sub';
import { readTestServerSettings } from '@plaza/pub-sub/test-kit/config';
import { findRedis } from '@plaza/pub-sub/test-kit/find-redis';
import { startOwnRedis } from '@plaza/pub-sub/test-kit/own-redis';
import test from 'ava';
import { orders, users } from './event-sources/event-graph.ts';
import type { HttpGateway } from './http-kit/start-http-gateway.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { createSigningKey, signToken, startTokenIssuer } from './identity-kit/token-issuer.ts';
import type { LiveClient } from './live-kit/live-client.ts';
import { createLiveClient } from './live-kit/live-client.ts';

const key = await createSigningKey('k1');
const log = { debug: () => undefined, warn: () => undefined };
const buses: Readonly<Record<string, string>> = {
  PostgreSQL: readTestServerSettings().postgresUrl,
  ...(await redisUrl()),
};

async function redisUrl(): Promise<Record<string, string>> {
  const redis = await findRedis();
  if ('missing' in redis) return {};
  test.after.always(() => redis.stop());
  return { Redis: redis.url };
}

/** A gateway on a bus, clients of it, and somebody who announces. */
interface Stage extends AsyncDisposable {
  readonly http: HttpGateway;
  readonly outside: PubSub;
  clientOf(sub: string | undefined, ...scopes: readonly string[]): Promise<LiveClient>;
  /** Announces again and again until somebody who follows has heard: nobody knows when all listen. */
  announceUntil(
    announcement: readonly [topic: string, payload: unknown],
    isHeard: () => boolean,
  ): Promise<void>;
}

async function stage(busUrl: string | undefined): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const issuer = stack.use(await startTokenIssuer('https://id.test', [key]));
  const trusted = { issuer: issuer.issuer, jwksUrl: issuer.jwksUrl, audience: ['graph'] };
  const config = {
    authentication: { issuers: [trusted] },
    ...(busUrl === undefined ? {} : { pubSub: { url: busUrl } }),
  };
  const http = stack.use(await startHttpGateway({ subgraphs: [orders, users], config }));
  const outside = stack.use(
    await openPubSub(busUrl ?? buses.PostgreSQL ?? '', { log, publishTimeoutMs: 20_000 }),
  );
  const open = stack.move();
  return {
    http,
    outside,
    clientOf: async (sub, ...scopes) => {
      const claims = { sub, scope: scopes.join(' ') };
      const token = sub === undefined ? undefined : await signToken(key, { claims });
      const connectionParams = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return open.use(createLiveClient(http.url, { connectionParams }));
    },
    announceUntil: async ([topic, payload], isHeard) => {
      while (!isHeard()) {
        await outside.publish(topic, payload);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

const unique = (name: string): string => `${name}-${randomBytes(6).toString('hex')}`;

for (const [name, url] of Object.entries(buses)) {
  test.serial(
    `${name}: an event is joined with what the subgraphs know of its entity`,
    async (t) => {
      await using on = await stage(url);
      const client = await on.clientOf('ada');
      const id = unique('order');
      const followed = client.follow(
        `subscription { orderChanged(id: "${id}") { id status payments buyer { name } } }`,
      );
      const topic = `order.${id}`;
      await on.announceUntil([topic, { id, buyerId: 'ada' }], () => followed.results.length > 0);
      const buyer = { name: 'Name of ada' };
      t.deepEqual((await followed.until(1))[0], {
        data: { orderChanged: { id, status: 'SOLD', payments: [5], buyer } },
      });
      t.is(
        on.http.server('orders').requests.filter(({ body }) => /subscription/.test(body.query))
          .length,
        0,
      );
    },
  );

  test.serial(`${name}: an event with all in it asks no subgraph`, async (t) => {
    await using on = await stage(url);
    const client = await on.clientOf(undefined);
    const match = unique('match');
    const followed = client.follow({
      query: `subscription S($match: ID!, $withPlace: Boolean!) {
        seat: seatChanged(match: $match) {
          __typename seatId state: status place @include(if: $withPlace) { label } user { id }
        }
      }`,
      variables: { match, withPlace: true },
    });
    const payload = { seatId: 's1', status: 'HELD', place: { row: 3 }, extra: 'unseen' };
    const topic = `match.${match}.seats`;
    await on.announceUntil([topic, payload], () => followed.results.length > 0);
    t.deepEqual(followed.results[0], {
      data: {
        seat: {
          __typename: 'SeatChange',
          seatId: 's1',
          state: 'HELD',
          place: { label: null },
          user: null,
        },
      },
    });
    t.deepEqual(
      ['orders', 'users'].map((one) => on.http.server(one).requests.length),
      [0, 0],
    );
  });

  test.serial(`${name}: nobody gets an event that is not theirs`, async (t) => {
    await using on = await stage(url);
    const id = unique('order');
    const document = `subscription { orderChanged(id: "${id}") { id } }`;
    const buyer = (await on.clientOf('ada')).follow(document);
    const stranger = (await on.clientOf('eve')).follow(document);
    const staff = (await on.clientOf('sam', 'order:read')).follow(document);
    const nobody = (await on.clientOf(undefined)).follow(document);
    const ofEve = unique('order');
    const own = (await on.clientOf('eve')).follow(
      `subscription { orderChanged(id: "${ofEve}") { id } }`,
    );
    await on.announceUntil(
      [`order.${id}`, { id, buyerId: 'ada' }],
      () => buyer.results.length > 0 && staff.results.length > 0,
    );
    await on.announceUntil(
      [`order.${ofEve}`, { id: ofEve, buyerId: 'eve' }],
      () => own.results.length > 0,
    );
    t.deepEqual(stranger.results, [], 'not even that it changed');
    t.deepEqual(buyer.results[0], { data: { orderChanged: { id } } });
    t.deepEqual(staff.results[0], { data: { orderChanged: { id } } });
    const refusal = (await nobody.ended) as { extensions: { code: string } }[];
    t.is(refusal[0]?.extensions.code, 'UNAUTHENTICATED');
  });

  test.serial(
    `${name}: each client gets each event once and in order, whoever they are`,
    async (t) => {
      await using on = await stage(url);
      const match = unique('match');
      const document = `subscription { seatChanged(match: "${match}") { seatId } }`;
      const clients = await Promise.all(['ada', 'bob', undefined].map((sub) => on.clientOf(sub)));
      const followed = clients.map((client) => client.follow(document));
      const topic = `match.${match}.seats`;
      await on.announceUntil([topic, { seatId: 's0' }], () =>
        followed.every(({ results }) => results.length > 0),
      );
      const ends = ['end-1', 'end-2', 'end-3'];
      for (const seatId of ends) await on.outside.publish(topic, { seatId });
      for (const one of followed) {
        const seats = (): readonly unknown[] =>
          one.results.map(
            ({ data }) => (data as { seatChanged: { seatId: string } }).seatChanged.seatId,
          );
        while (seats().at(-1) !== 'end-3') await one.until(one.results.length + 1);
        t.deepEqual(
          seats().filter((seat) => seat !== 's0'),
          ends,
        );
      }
    },
  );

  test.serial(
    `${name}: a payload that lacks what the schema promises is an error of that event`,
    async (t) => {
      await using on = await stage(url);
      const client = await on.clientOf(undefined);
      const match = unique('match');
      const followed = client.follow(`subscription { seatChanged(match: "${match}") { seatId } }`);
      const topic = `match.${match}.seats`;
      await on.announceUntil([topic, { status: 'HELD' }], () => followed.results.length > 0);
      const [broken] = followed.results;
      t.is(broken?.data, null);
      t.is(broken?.errors?.[0]?.extensions?.code, 'DOWNSTREAM_SERVICE_ERROR');
      const count = followed.results.length;
      await on.announceUntil([topic, { seatId: 's1' }], () =>
        followed.results.slice(count).some(({ errors }) => errors === undefined),
      );
      t.deepEqual(followed.results.at(-1), { data: { seatChanged: { seatId: 's1' } } });
    },
  );
}

test.serial('a subscription lives on when Redis is restarted', async (t) => {
  const redis = await startOwnRedis();
  if ('missing' in redis) {
    t.pass(redis.missing);
    return;
  }
  t.teardown(() => redis[Symbol.asyncDispose]());
  await using on = await stage(redis.url);
  const client = await on.clientOf(undefined);
  const followed = client.follow('subscription { visitors }');
  await on.announceUntil(['visitors', 1], () => followed.results.length > 0);
  await redis.stop();
  await redis.start();
  const count = followed.results.length;
  const announce = async (): Promise<void> => {
    // The one who announces has lost its connection, too.
    while (followed.results.length === count) {
      await on.outside.publish('visitors', 2).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await announce();
  t.deepEqual(followed.results.at(-1), { data: { visitors: 2 } });
});

test.serial(
  'the gateway serves without its bus, and subscribes once the bus is there',
  async (t) => {
    const redis = await startOwnRedis();
    if ('missing' in redis) {
      t.pass(redis.missing);
      return;
    }
    t.teardown(() => redis[Symbol.asyncDispose]());
    await redis.stop();
    const config = { pubSub: { url: redis.url } };
    await using http = await startHttpGateway({ subgraphs: [orders, users], config });
    const answer = await http.post({ query: '{ order(id: 1) { status } }' });
    t.deepEqual(await answer.json(), { data: { order: null } });
    await using client = createLiveClient(http.url);
    const early = client.follow('subscription { visitors }');
    const [error] = (await early.ended) as { extensions: { code: string } }[];
    t.is(error?.extensions.code, 'DOWNSTREAM_SERVICE_ERROR');
    await redis.start();
    await using outside = await openPubSub(redis.url, { log });
    const followed = client.follow('subscription { visitors }');
    while (followed.results.length === 0) {
      await outside.publish('visitors', 3);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    t.deepEqual(followed.results[0], { data: { visitors: 3 } });
  },
);

test.serial(
  'without a bus a field that a topic feeds is refused, and the log says what to set',
  async (t) => {
    await using on = await stage(undefined);
    const client = await on.clientOf(undefined);
    const [error] = (await client.follow('subscription { visitors }').ended) as {
      extensions: { code: string };
    }[];
    t.is(error?.extensions.code, 'DOWNSTREAM_SERVICE_ERROR');
    t.regex(on.http.logText(), /Subscription\.visitors is fed by a topic: set pubSub\.url/);
  },
);
