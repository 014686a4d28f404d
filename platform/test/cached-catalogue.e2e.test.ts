import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createConfig } from '@plaza/gateway/config';
import { createSigner } from '@plaza/gateway/signatures/sign-request';
import { demoAccounts, demoPassword } from '@plaza/schema/demo-accounts';
import anyTest from 'ava';
import { startTestPlatform, type TestPlatform } from './kit/start-test-platform.ts';

// One platform for all: they run in order.
const test = anyTest.serial;
let platform: TestPlatform;
let supervisor: string;

/** A second gateway has the key of the first, and nothing else in common with it. */
const signatures = { keyId: 'tests', secret: randomBytes(32).toString('base64url') };
const sign = createSigner(createConfig({ supergraph: 's.graphql', signatures }).signatures);

anyTest.before(async () => {
  platform = await startTestPlatform({
    SUBGRAPH_GATEWAY_KEYS: `${signatures.keyId}:${signatures.secret}`,
    GATEWAY_SIGNATURES_KEY_ID: signatures.keyId,
    GATEWAY_SIGNATURES_SECRET: signatures.secret,
  });
  supervisor = await platform.logIn(demoAccounts.supervisor.email, demoPassword);
});

anyTest.after.always(() => platform?.[Symbol.asyncDispose]());

/** How long an announcement may take; what it puts out of date may be kept for a minute. */
const announcedWithinMs = 20_000;

interface Listed {
  readonly events: {
    readonly nodes: readonly {
      readonly id: string;
      readonly subtitle: string | null;
      readonly status: string;
    }[];
  };
}

const listQuery = '{ events(first: 50) { nodes { id subtitle status } } }';
const draftsQuery = `{ events(first: 50, filter: { statuses: [DRAFT, PUBLISHED] })
  { nodes { id subtitle status } } }`;

async function firstEvent(): Promise<Listed['events']['nodes'][number]> {
  const { data } = await platform.execute(listQuery);
  const [event] = (data as unknown as Listed).events.nodes;
  if (event === undefined) throw new Error('There is no event');
  return event;
}

const change = (id: string, subtitle: string) =>
  `mutation { updateEvent(id: "${id}", input: { subtitle: "${subtitle}" }) { __typename } }`;

test('the catalogue comes from the cache, also for people with other scopes', async (t) => {
  const ask = async (token?: string) => {
    const response = await fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: listQuery }),
    });
    const { headers } = response;
    return { text: await response.text(), isKept: headers.has('age'), headers };
  };
  const customer = await platform.logIn(demoAccounts.ana.email, demoPassword);
  const first = await ask();
  t.regex(first.headers.get('cache-control') ?? '', /^private, max-age=\d+$/);
  await delay(1_100); // `Age` counts whole seconds
  for (const token of [undefined, customer]) {
    const { text, headers } = await ask(token);
    t.is(text, first.text);
    t.true(Number(headers.get('age')) >= 1, `${headers.get('age')}`);
  }
});

test('staff sees drafts and nobody else does, whoever asked first', async (t) => {
  const customer = await platform.logIn(demoAccounts.luis.email, demoPassword);
  for (let round = 0; round < 3; round += 1) {
    const { data } = await platform.execute(draftsQuery, { token: supervisor });
    const statuses = (data as unknown as Listed).events.nodes.map(({ status }) => status);
    t.true(statuses.includes('DRAFT'));
    for (const token of [undefined, customer]) {
      const answer = await platform.execute(draftsQuery, token === undefined ? {} : { token });
      t.is(answer.data, null);
    }
  }
});

test('whoever asks after a change through the gateway sees it', async (t) => {
  const { id } = await firstEvent();
  for (let round = 0; round < 10; round += 1) {
    const subtitle = `Round ${round}`;
    const { data } = await platform.execute(change(id, subtitle), { token: supervisor });
    t.deepEqual(data, { updateEvent: { __typename: 'Event' } });
    const answers = await Promise.all([
      platform.execute(listQuery),
      platform.execute(`{ event(id: "${id}") { subtitle } }`, { token: supervisor }),
    ]);
    t.true(
      answers.every(({ text }) => text.includes(subtitle)),
      `round ${round}`,
    );
  }
});

test('a change that the gateway has no part in is announced to it', async (t) => {
  const { id } = await firstEvent();
  const url = `http://localhost:${platform.ports.TICKETING_PORT}/graphql`;
  const body = JSON.stringify({ query: change(id, 'Elsewhere') });
  const own = { 'content-type': 'application/json', authorization: `Bearer ${supervisor}` };
  const request = { subgraph: 'ticketing', path: '/graphql', headers: own, body };
  const headers = sign?.({ ...request, method: 'POST' }) ?? own;
  const response = await fetch(url, { method: 'POST', headers, body });
  t.is(response.status, 200);
  t.false('errors' in ((await response.json()) as object));
  const since = performance.now();
  while ((await firstEvent()).subtitle !== 'Elsewhere') {
    const waitedMs = performance.now() - since;
    if (waitedMs > announcedWithinMs) return t.fail(`Nothing was announced for ${waitedMs} ms`);
    await delay(20);
  }
  return t.pass();
});
