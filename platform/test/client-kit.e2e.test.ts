import { randomUUID } from 'node:crypto';
import {
  createMemoryTokenStore,
  createPlazaClient,
  type LiveState,
  type PlazaClient,
  type PlazaClientOptions,
  type PlazaError,
  type SignedOutReason,
  toPlazaError,
} from '@plaza/client-kit';
import {
  EventsDocument,
  HoldSeatsDocument,
  MeDocument,
  MyTicketsChangedDocument,
  MyTicketsDocument,
  ReleaseHoldDocument,
  SeatChangedDocument,
  SeatMapDocument,
} from '@plaza/client-kit/documents';
import manifest from '@plaza/client-kit/manifest.json' with { type: 'json' };
import { demoAccounts, demoPassword } from '@plaza/schema/demo-accounts';
import anyTest, { type ExecutionContext } from 'ava';
import { browse, type SeatChoice } from './purchase/buyer.ts';
import { GraphClient } from './purchase/graph-client.ts';
import { type PurchasePlatform, startPurchasePlatform } from './purchase/purchase-platform.ts';
import { until } from './purchase/until.ts';

// The kit's client as a page has it, before real processes. The last tests kill the gateway.
const test = anyTest.serial;
let platform: PurchasePlatform;
let choice: SeatChoice;

anyTest.before(async (t) => {
  t.timeout(180_000);
  platform = await startPurchasePlatform();
  choice = await browse(new GraphClient(platform.url));
});
anyTest.after.always(() => platform?.[Symbol.asyncDispose]());

interface SentRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly query?: string;
    readonly operationName?: string;
    readonly extensions?: { readonly persistedQuery?: { readonly sha256Hash: string } };
  };
}

interface TestClient extends PlazaClient {
  readonly sent: readonly SentRequest[];
  readonly signedOut: readonly SignedOutReason[];
  readonly errors: readonly PlazaError[];
  readonly states: readonly LiveState[];
  /** Requests that renew a session. */
  renewals(): number;
}

/** A client that notes what it sends and says; stopped at the end of the test. */
function createClient(t: ExecutionContext, options: Partial<PlazaClientOptions> = {}): TestClient {
  const sent: SentRequest[] = [];
  const signedOut: SignedOutReason[] = [];
  const errors: PlazaError[] = [];
  const states: LiveState[] = [];
  const client = createPlazaClient({
    url: `${platform.url}/graphql`,
    tokens: createMemoryTokenStore(),
    clientName: 'kit-test',
    clientVersion: '1.0.0',
    onSignedOut: (reason) => signedOut.push(reason),
    onError: (error) => errors.push(error),
    onLiveState: (state) => states.push(state),
    retry: { attemptsMax: 12, firstMs: 100, longestMs: 1_000 },
    live: { firstMs: 50, longestMs: 200, settleMs: 300, spreadMs: 0 },
    fetch: (url, init) => {
      const body = init?.body === undefined ? {} : JSON.parse(String(init.body));
      sent.push({ url: String(url), headers: init?.headers as Record<string, string>, body });
      return fetch(url, init);
    },
    ...options,
  });
  t.teardown(() => client.stop());
  const renewals = () => sent.filter(({ body }) => body.query?.includes('RefreshSession')).length;
  return { ...client, sent, signedOut, errors, states, renewals };
}

const ana = demoAccounts.ana.email;
/** As identity makes them. */
const tokenLifetimeMs = 15 * 60_000;

async function sessionOf(t: ExecutionContext) {
  const tokens = createMemoryTokenStore();
  const client = createClient(t, { tokens });
  const outcome = await client.logIn(ana, demoPassword);
  t.is(outcome.__typename, 'LogInSuccess');
  const session = await tokens.read();
  if (session === undefined) throw new Error('Nobody is signed in');
  return session;
}

const anHourAgo = () => new Date(Date.now() - 3_600_000).toISOString();

test('every operation of the manifest is served by its id, in the whole graph and the contract', async (t) => {
  t.true(manifest.operations.length >= 25);
  for (const path of ['/graphql', '/graphql/mobile']) {
    const answers = await Promise.all(
      manifest.operations.map(async ({ id, name }) => {
        const response = await fetch(`${platform.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ documentId: id, operationName: name }),
        });
        const { errors = [] } = (await response.json()) as { errors?: PlazaErrorBody[] };
        return errors.map(({ extensions }) => extensions.code);
      }),
    );
    // Their variables are missing; what is refused for that was found and is valid.
    const codes = new Set(answers.flat());
    for (const code of ['PERSISTED_QUERY_NOT_FOUND', 'GRAPHQL_VALIDATION_FAILED']) {
      t.false(codes.has(code), `${path}: ${code}`);
    }
    t.true(codes.has('BAD_USER_INPUT'));
  }
});

interface PlazaErrorBody {
  readonly extensions: { readonly code: string };
}

test('a visitor browses by ids alone, and tells who is asking', async (t) => {
  const { apollo, sent } = createClient(t);
  const { data } = await apollo.query({ query: EventsDocument, variables: { first: 2 } });
  t.is(data?.events.nodes.length, 2);
  t.is(sent.length, 1);
  const [request] = sent;
  t.is(request?.body.query, undefined);
  t.regex(request?.body.extensions?.persistedQuery?.sha256Hash ?? '', /^[0-9a-f]{64}$/);
  t.like(request?.headers, {
    'graphql-client-name': 'kit-test',
    'graphql-client-version': '1.0.0',
  });
  t.is(request?.headers.authorization, undefined);
  t.notRegex(JSON.stringify(request?.body), /clientLibrary/);
});

test('an id that the gateway does not know is followed by the text, once', async (t) => {
  const operationIds = { Events: 'f'.repeat(64) };
  const wrong = createClient(t, { operationIds });
  await t.throwsAsync(wrong.apollo.query({ query: EventsDocument }), { message: /SHA-256/ });
  // The contract of staff has no manifest, and takes texts as they come.
  const { apollo, sent } = createClient(t, { url: `${platform.url}/graphql/internal` });
  const { data } = await apollo.query({ query: EventsDocument, variables: { first: 1 } });
  t.is(data?.events.nodes.length, 1);
  await apollo.query({ query: EventsDocument, variables: { first: 1 }, fetchPolicy: 'no-cache' });
  t.deepEqual(
    sent.map(({ body }) => body.query !== undefined),
    [false, true, false],
  );
});

test('signing in shows what is mine, and signing out forgets it', async (t) => {
  const client = createClient(t);
  const refused = await client.logIn(demoAccounts.luis.email, 'wrong-password-1');
  t.is(refused.__typename, 'InvalidCredentials');
  t.false(await client.isSignedIn());
  t.is((await client.logIn(ana, demoPassword)).__typename, 'LogInSuccess');
  const { data } = await client.apollo.query({ query: MyTicketsDocument });
  t.true((data?.me?.tickets.nodes.length ?? 0) > 0);
  t.notRegex(JSON.stringify(client.apollo.cache.extract()), /accessToken|refreshToken/);
  await client.signOut();
  await until('the end of the session', async () => client.signedOut[0]);
  t.deepEqual(client.signedOut, ['left']);
  t.deepEqual(client.apollo.cache.extract(), {});
  const { data: later } = await client.apollo.query({ query: MeDocument });
  t.is(later?.me, null);
});

test('a token that has ended is renewed once for many requests', async (t) => {
  const tokens = createMemoryTokenStore({ ...(await sessionOf(t)), expiresAt: anHourAgo() });
  const client = createClient(t, { tokens });
  const answers = await Promise.all(
    [1, 2, 3, 4, 5].map((first) =>
      client.apollo.query({ query: MyTicketsDocument, variables: { first } }),
    ),
  );
  t.true(answers.every(({ data }) => data?.me?.id === demoAccounts.ana.id));
  t.is(client.renewals(), 1);
  const renewal = client.sent.find(({ body }) => body.query?.includes('RefreshSession'));
  const listed = manifest.operations.find(({ body }) => body === renewal?.body.query);
  t.is(listed?.name, 'RefreshSession', 'a gateway that trusts manifests alone serves it, too');
  t.true(Date.parse((await tokens.read())?.expiresAt ?? '') > Date.now());
});

test('a token that the gateway refuses is renewed once, and all that was refused is sent again', async (t) => {
  const session = await sessionOf(t);
  const client = createClient(t, {
    tokens: createMemoryTokenStore({ ...session, accessToken: `${session.accessToken}x` }),
  });
  const [hold] = await Promise.all([
    client.apollo
      .mutate({ mutation: ReleaseHoldDocument, variables: { id: 'none' } })
      .catch(toPlazaError),
    ...[1, 2, 3].map(async (first) => {
      const { data } = await client.apollo.query({
        query: MyTicketsDocument,
        variables: { first },
      });
      t.is(data?.me?.id, demoAccounts.ana.id);
    }),
  ]);
  t.is(client.renewals(), 1);
  t.like(hold, { code: 'BAD_USER_INPUT' }); // the mutation came through, as somebody
});

test('a refused renewal signs out with its reason, and what is seen by everybody goes on', async (t) => {
  const session = await sessionOf(t);
  const tokens = createMemoryTokenStore({
    ...session,
    expiresAt: anHourAgo(),
    refreshToken: 'not-a-refresh-token',
  });
  const client = createClient(t, { tokens });
  const { data } = await client.apollo
    .query({ query: EventsDocument, variables: { first: 1 } })
    .catch(() => ({ data: undefined }));
  await until('the end of the session', async () => client.signedOut[0]);
  t.deepEqual(client.signedOut, ['expired']);
  t.is(await tokens.read(), undefined);
  t.is(data?.events.nodes.length, 1);
});

test('errors of the closed list become what a page can do about them', async (t) => {
  const client = createClient(t);
  const wrong = await client.apollo
    .query({ query: EventsDocument, variables: { first: 1_000 } })
    .catch(toPlazaError);
  t.like(wrong, { code: 'BAD_USER_INPUT', remedy: 'correct' });
  const anonymous = await client.apollo
    .mutate({ mutation: ReleaseHoldDocument, variables: { id: demoAccounts.ana.id } })
    .catch(toPlazaError);
  t.like(anonymous, { code: 'UNAUTHENTICATED', remedy: 'signIn' });
  t.regex((anonymous as PlazaError).requestId ?? '', /./);
  t.deepEqual(client.signedOut, [], 'nobody was signed in');
  t.deepEqual(
    client.errors.map(({ code }) => code),
    ['BAD_USER_INPUT', 'UNAUTHENTICATED'],
  );
});

test('an aborted query ends at once and is not tried again', async (t) => {
  const client = createClient(t);
  const controller = new AbortController();
  const asked = client.apollo.query({
    query: EventsDocument,
    context: { fetchOptions: { signal: controller.signal } },
  });
  controller.abort();
  const error = await asked.catch(toPlazaError);
  t.like(error, { code: 'ABORTED', remedy: 'nothing' });
  t.true(client.sent.length <= 1);
});

test('a token that is renewed while events come goes on in the same socket', async (t) => {
  const messages: string[] = [];
  class NotingWebSocket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      this.addEventListener('message', ({ data }) => messages.push(String(data)));
    }
  }
  const client = createClient(t, {
    tokens: createMemoryTokenStore(await sessionOf(t)),
    renewBeforeMs: tokenLifetimeMs - 2_000, // so it is renewed after a second or two
    webSocketImpl: NotingWebSocket,
  });
  const following = client.apollo.subscribe({ query: MyTicketsChangedDocument }).subscribe({});
  t.teardown(() => following.unsubscribe());
  await until('the renewal', async () => messages.find((text) => /isRenewed/.test(text)));
  t.regex(messages.join(), /"isRenewed":true/);
  t.true(client.renewals() >= 1);
  t.deepEqual(client.states, ['connecting', 'live']);
});

test('a subscription outlives a killed gateway, tells of the gap, and what is shown is read again', async (t) => {
  const watcher = createClient(t);
  const buyer = createClient(t);
  await buyer.logIn(ana, demoPassword);
  const { scheduleId, freeSeatIds } = choice;
  const changes: string[] = [];
  let ends = 0;
  const following = watcher.apollo
    .subscribe({ query: SeatChangedDocument, variables: { scheduleId } })
    .subscribe({
      next: ({ data }) => changes.push(data?.seatChanged.seatId ?? 'none'),
      complete: () => ends++,
      error: () => ends++,
    });
  const shown: (number | undefined)[] = [];
  const loadings: boolean[] = [];
  const showing = watcher.apollo
    .watchQuery({ query: SeatMapDocument, variables: { scheduleId } })
    .subscribe(({ data, loading }) => {
      shown.push(
        (data as { schedule?: { availability: { held: number } } } | undefined)?.schedule
          ?.availability.held,
      );
      loadings.push(loading);
    });
  t.teardown(() => {
    following.unsubscribe();
    showing.unsubscribe();
  });
  await until('the connection', async () => watcher.states.includes('live') || undefined);
  await until('the map', async () => shown.at(-1) !== undefined || undefined);
  const [first = '', second = '', third = ''] = freeSeatIds;
  await untilTold(buyer, first, changes);
  await hold(buyer, second);
  const heldBefore = shown.at(-1) ?? 0;
  const readsBefore = mapReads(watcher);

  await platform.services.gateway.kill();
  const asked = buyer.apollo.query({ query: MeDocument, fetchPolicy: 'network-only' });
  await platform.services.gateway.start();
  t.is((await asked).data?.me?.email, ana, 'a query waits for the gateway');
  await until(
    'the map to be read again',
    async () => (shown.at(-1) ?? 0) > heldBefore || undefined,
  );
  t.is(mapReads(watcher), readsBefore + 1);
  t.deepEqual(loadings.slice(loadings.indexOf(false)).filter(Boolean), [], 'it shows no spinner');
  await untilTold(buyer, third, changes);
  t.true(watcher.states.includes('reconnecting'));
  t.is(ends, 0);
});

const mapReads = ({ sent }: TestClient) =>
  sent.filter(({ body }) => body.operationName === 'SeatMap').length;

async function hold({ apollo }: TestClient, seatId: string): Promise<string> {
  const input = {
    scheduleId: choice.scheduleId,
    seatIds: [seatId],
    idempotencyKey: randomUUID(),
  };
  const { data } = await apollo.mutate({ mutation: HoldSeatsDocument, variables: { input } });
  const outcome = data?.holdSeats;
  if (outcome?.__typename !== 'SeatHold') throw new Error(`Not held: ${outcome?.__typename}`);
  return outcome.id;
}

/** Holds and frees a seat until the watcher, who may not be listening yet, has heard of it. */
async function untilTold(buyer: TestClient, seatId: string, told: readonly string[]) {
  await until('an event', async () => {
    const id = await hold(buyer, seatId);
    await buyer.apollo.mutate({ mutation: ReleaseHoldDocument, variables: { id } });
    return told.includes(seatId) || undefined;
  });
}

test('a mutation without an answer is not sent again', async (t) => {
  const client = createClient(t);
  await platform.services.gateway.kill();
  const error = await client.apollo
    .mutate({ mutation: ReleaseHoldDocument, variables: { id: demoAccounts.ana.id } })
    .catch(toPlazaError);
  t.like(error, { code: 'NETWORK', remedy: 'retry' });
  t.is(client.sent.length, 1);
});
