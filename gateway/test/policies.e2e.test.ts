import { writeFileSync } from 'node:fs';
import test from 'ava';
import type { ConfigInput } from '../src/config.ts';
import { createConfig } from '../src/config.ts';
import { openPolicies } from '../src/policies/open-policies.ts';
import { createLogger } from '../src/telemetry/logger.ts';
import { temporaryFolder } from './cli-kit/run-cli.ts';
import { startHttpGateway } from './http-kit/start-http-gateway.ts';
import { startPolicyService } from './identity-kit/policy-service.ts';
import { createSigningKey, signToken, startTokenIssuer } from './identity-kit/token-issuer.ts';
import { defineSubgraph } from './kit/define-subgraph.ts';
import { EventFeed } from './kit/event-feed.ts';
import { eventually } from './kit/eventually.ts';
import { openRawSocket } from './live-kit/raw-socket.ts';

const feed = new EventFeed<{ readonly seq: number }>();
const people = defineSubgraph({
  name: 'people',
  typeDefs: `
    directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION | OBJECT
    enum CacheControlScope { PUBLIC PRIVATE }
    type Query {
      open: Int
      salary: Int @policy(policies: [["paid", "adult"], ["boss"]])
      kept: Int @cacheControl(maxAge: 60, scope: PUBLIC) @policy(policies: [["boss"]])
    }
    type Subscription { raised: Raise @policy(policies: [["boss"]]) news: Raise }
    type Raise { seq: Int secret: Int @policy(policies: [["boss"]]) }`,
  resolvers: {
    Query: { open: () => 1, salary: () => 2, kept: () => 3 },
    Raise: { secret: () => 4 },
    Subscription: {
      raised: { subscribe: () => feed.subscribe(), resolve: (event) => event },
      news: { subscribe: () => feed.subscribe(), resolve: (event) => event },
    },
  },
});
const key = await createSigningKey('k1');
const stack = new AsyncDisposableStack();
const issuer = stack.use(await startTokenIssuer('https://id.test', [key]));
const service = stack.use(await startPolicyService());
const folder = stack.use(temporaryFolder());

type Policies = NonNullable<ConfigInput['authorization']>['policies'];

async function startGateway(policies: Policies, own: Partial<ConfigInput> = {}) {
  return startHttpGateway({
    subgraphs: [people],
    config: {
      authentication: {
        issuers: [{ issuer: issuer.issuer, jwksUrl: issuer.jwksUrl, audience: ['graph'] }],
      },
      authorization: { unauthorizedFields: 'nullify', policies },
      ...own,
    },
  });
}

const byService = stack.use(
  await startGateway(
    { url: service.url, secret: service.secret, timeoutMs: 700, cacheMs: 60_000 },
    { cache: { enabled: true } },
  ),
);

test.after.always(() => stack.disposeAsync());

async function bearer(sub: string, claims: Readonly<Record<string, unknown>> = {}) {
  return { authorization: `Bearer ${await signToken(key, { claims: { sub, ...claims } })}` };
}

interface Answer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

async function ask(http: typeof byService, query: string, headers = {}) {
  const { data, errors } = (await (await http.post({ query }, headers)).json()) as Answer;
  return [data, ...(errors ?? []).map(({ extensions }) => extensions.code)];
}

test('decides by a service, once for all policies of an operation', async (t) => {
  service.allow('adult', ['adult']);
  service.allow('paid', ['paid', 'adult']);
  service.allow('boss', ['boss']);
  const query = '{ open salary }';
  const askedOf = (id: string) => service.asked.filter(({ viewer }) => viewer.id === id);
  t.deepEqual(await ask(byService, query), [{ open: 1, salary: null }, 'UNAUTHENTICATED']);
  t.deepEqual(await ask(byService, query, await bearer('adult')), [
    { open: 1, salary: null },
    'FORBIDDEN',
  ]);
  for (const id of ['paid', 'boss']) {
    const headers = await bearer(id, { team: 7 });
    t.deepEqual(await ask(byService, query, headers), [{ open: 1, salary: 2 }], id);
    await ask(byService, query, headers);
    t.is(askedOf(id).length, 1, 'the decision is remembered');
    t.deepEqual(askedOf(id)[0]?.policies, ['paid', 'adult', 'boss']);
    t.is(askedOf(id)[0]?.viewer.claims.team, 7);
  }
  t.is(askedOf('paid').length, 1);
  const before = service.asked.length;
  await ask(byService, '{ open }', await bearer('nobody'));
  t.is(service.asked.length, before, 'only for operations that touch such fields');
});

test('asks anew for a viewer of whom another claim is true', async (t) => {
  service.allow('mover', []);
  const again = await bearer('mover', { team: 1 });
  await ask(byService, '{ salary }', again);
  service.allow('mover', ['boss']);
  t.deepEqual(await ask(byService, '{ salary }', again), [{ salary: null }, 'FORBIDDEN']);
  const moved = await bearer('mover', { team: 2 });
  t.deepEqual(await ask(byService, '{ salary }', moved), [{ salary: 2 }]);
});

test('gives from the cache only to whom the policy lets in', async (t) => {
  service.allow('reader', ['boss']);
  const { requests } = byService.server('people');
  for (const team of [1, 2]) {
    const headers = await bearer('reader', { team });
    t.deepEqual(await ask(byService, '{ kept }', headers), [{ kept: 3 }]);
  }
  t.is(requests.filter(({ body }) => body.query.includes('kept')).length, 1);
  const stranger = await bearer('stranger');
  t.deepEqual(await ask(byService, '{ kept }', stranger), [{ kept: null }, 'FORBIDDEN']);
});

test.serial('refuses while nobody decides, and asks again', async (t) => {
  service.allow('late', ['boss']);
  for (const behaviour of ['500', 'hang', 'nonsense'] as const) {
    service.behave(behaviour);
    const answer = await ask(byService, '{ open salary }', await bearer('late'));
    t.deepEqual(answer, [{ open: 1, salary: null }, 'DOWNSTREAM_SERVICE_ERROR'], behaviour);
  }
  service.behave('ok');
  t.deepEqual(await ask(byService, '{ salary }', await bearer('late')), [{ salary: 2 }]);
  t.notRegex(byService.logText(), /a secret of the gateway/);
});

test.serial('decides for subscriptions, and anew with a renewed token', async (t) => {
  service.allow('follower', []);
  const initPayload = await bearer('follower', { team: 1 });
  await using socket = await openRawSocket(byService.url, { initPayload });
  const subscribe = (id: string, query: string) =>
    socket.send({ id, type: 'subscribe', payload: { query } });
  subscribe('1', 'subscription { raised { seq } }');
  t.like(await socket.receive('error', '1'), { payload: [{ extensions: { code: 'FORBIDDEN' } }] });
  subscribe('2', 'subscription { news { seq secret } }');
  await feed.untilSubscribed(1);
  feed.publish({ seq: 1 });
  const refused = await socket.receive('next', '2');
  t.like(refused.payload, { data: { news: { seq: 1, secret: null } } });
  service.allow('follower', ['boss']);
  socket.send({ type: 'ping', payload: await bearer('follower', { team: 2 }) });
  await socket.receive('pong');
  let seq = 1;
  const isShown = () =>
    socket.messages.some(({ payload }) => JSON.stringify(payload)?.includes('"secret":4'));
  await eventually(() => {
    seq += 1;
    feed.publish({ seq });
    return isShown();
  });
  t.pass();
});

test('decides by functions of a module', async (t) => {
  const module = folder.file('policies.mjs');
  writeFileSync(
    module,
    `export const paid = ({ claims }) => claims.paid;
     export const adult = async ({ claims }) => claims.age >= 18;
     export function boss({ id }, { signal }) {
       if (id === 'slow') return new Promise((resolve) => signal.addEventListener('abort', resolve));
       if (id === 'broken') throw new Error('no');
       return id === 'boss';
     }`,
  );
  await using http = await startGateway({ module, timeoutMs: 50 });
  const codeFor = async (id: string, claims = {}) =>
    (await ask(http, '{ salary }', await bearer(id, claims)))[1];
  t.is(await codeFor('boss'), undefined);
  t.is(await codeFor('ada', { paid: true, age: 18 }), undefined);
  t.is(await codeFor('ada', { paid: true, age: 17 }), 'FORBIDDEN');
  t.is(await codeFor('ada', { paid: 'yes', age: 18 }), 'FORBIDDEN', 'only true is yes');
  t.is(await codeFor('slow'), 'DOWNSTREAM_SERVICE_ERROR');
  t.is(await codeFor('broken'), 'DOWNSTREAM_SERVICE_ERROR');
  t.is(await codeFor('broken', { paid: true, age: 18 }), undefined, 'the other set is enough');
});

test('refuses what nobody decides, and unknown policies', async (t) => {
  const module = folder.file('other.mjs');
  writeFileSync(module, 'export default { other: () => true };');
  await using nobody = await startGateway({});
  await using other = await startGateway({ module });
  for (const http of [nobody, other]) {
    const answer = await ask(http, '{ salary }', await bearer('boss'));
    t.deepEqual(answer, [{ salary: null }, 'FORBIDDEN']);
  }
});

test('says at the start what is wrong with a module', async (t) => {
  const logger = createLogger({ level: 'silent', format: 'json' });
  const problemOf = async (name: string, text: string | undefined) => {
    const module = folder.file(name);
    if (text !== undefined) writeFileSync(module, text);
    const { authorization } = createConfig({
      supergraph: 'x',
      authorization: { policies: { module } },
    });
    const error = await t.throwsAsync(openPolicies(authorization, logger));
    return error?.message.replace(module, 'FILE') ?? '';
  };
  t.is(await problemOf('a.mjs', undefined), 'Policies (FILE): there is no such file');
  t.regex(await problemOf('b.mjs', 'export const ='), /cannot be loaded \(SyntaxError/);
  t.is(await problemOf('c.mjs', ''), 'Policies (FILE): exports no functions by name');
  t.is(
    await problemOf('d.mjs', 'export const a = 1'),
    'Policies (FILE): policy "a" is not a function',
  );
  const both = { policies: { module: 'x', url: 'http://x' } };
  t.throws(() => createConfig({ supergraph: 'x', authorization: both }), {
    message: /authorization.policies.url is one too many/,
  });
});
