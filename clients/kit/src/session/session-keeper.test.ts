import test from 'ava';
import type { RefreshOutcome } from './refresh-session.ts';
import { type SessionChange, SessionKeeper } from './session-keeper.ts';
import { createMemoryTokenStore, createStorageTokenStore, type Session } from './token-store.ts';

const nowMs = Date.parse('2026-06-01T12:00:00Z');
const sessionNumber = (number: number, leftMs: number): Session => ({
  accessToken: `access-${number}`,
  refreshToken: `refresh-${number}`,
  expiresAt: new Date(nowMs + leftMs).toISOString(),
});
const minuteMs = 60_000;

function keep(
  session: Session,
  {
    refresh,
    tokens = createMemoryTokenStore(session),
  }: {
    refresh: (token: string) => Promise<RefreshOutcome>;
    tokens?: ReturnType<typeof createMemoryTokenStore>;
  },
) {
  const changes: SessionChange[] = [];
  const asked: string[] = [];
  const keeper = new SessionKeeper({
    store: tokens,
    refresh: (token) => {
      asked.push(token);
      return refresh(token);
    },
    renewBeforeMs: minuteMs,
    onChange: (change) => changes.push(change),
    now: () => nowMs,
  });
  return { keeper, changes, asked, tokens };
}

const renewedTo = (session: Session) => async () => ({ session });
const away = () => Promise.reject(new TypeError('nobody answers'));

test('a token that holds is given without asking anybody', async (t) => {
  const { keeper, asked } = keep(sessionNumber(1, 5 * minuteMs), { refresh: away });
  t.is(await keeper.accessToken(), 'access-1');
  t.deepEqual(asked, []);
});

test('a token that ends soon is renewed once for all who ask, and kept', async (t) => {
  const next = sessionNumber(2, 15 * minuteMs);
  const { keeper, asked, changes, tokens } = keep(sessionNumber(1, 30_000), {
    refresh: renewedTo(next),
  });
  const given = await Promise.all([1, 2, 3].map(() => keeper.accessToken()));
  t.deepEqual(given, ['access-2', 'access-2', 'access-2']);
  t.deepEqual(asked, ['refresh-1']);
  t.deepEqual(await tokens.read(), next);
  t.deepEqual(changes, [{ kind: 'renewed', session: next }]);
});

test('while nobody answers a token that still holds is used, and one that has ended fails', async (t) => {
  const holds = keep(sessionNumber(1, 30_000), { refresh: away });
  t.is(await holds.keeper.accessToken(), 'access-1');
  const ended = keep(sessionNumber(1, -1), { refresh: away });
  await t.throwsAsync(ended.keeper.accessToken(), { message: 'nobody answers' });
  t.deepEqual(await ended.tokens.read(), sessionNumber(1, -1), 'the session stays');
});

test('a refused renewal ends the session and says why', async (t) => {
  const { keeper, changes, tokens } = keep(sessionNumber(1, -1), {
    refresh: async () => ({ refusal: 'revoked' }),
  });
  t.is(await keeper.accessToken(), undefined);
  t.deepEqual(changes, [{ kind: 'signedOut', reason: 'revoked' }]);
  t.is(await tokens.read(), undefined);
});

test('what another page has renewed is taken over, and what it has ended ends here', async (t) => {
  const first = keep(sessionNumber(1, 5 * minuteMs), { refresh: away });
  t.is(await first.keeper.accessToken(), 'access-1');
  await first.tokens.write(sessionNumber(2, 5 * minuteMs));
  t.is(await first.keeper.renew('access-1'), 'access-2');
  await first.tokens.clear();
  t.is(await first.keeper.renew('access-2'), undefined);
  t.deepEqual(first.changes.at(-1), { kind: 'signedOut', reason: 'elsewhere' });
  t.deepEqual(first.asked, []);
});

test('a renewal under way when somebody else signs in changes nothing', async (t) => {
  const begun = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<RefreshOutcome>();
  const refresh = () => {
    begun.resolve();
    return answer.promise;
  };
  const { keeper, tokens } = keep(sessionNumber(1, -1), { refresh });
  const asked = keeper.accessToken();
  await begun.promise;
  await keeper.signIn(sessionNumber(7, 15 * minuteMs));
  answer.resolve({ session: sessionNumber(2, 15 * minuteMs) });
  t.is(await asked, 'access-7');
  t.deepEqual(await tokens.read(), sessionNumber(7, 15 * minuteMs));
});

test('a clock that is far ahead does not renew for every request', async (t) => {
  const { keeper, asked } = keep(sessionNumber(1, -minuteMs), {
    refresh: renewedTo(sessionNumber(2, -minuteMs)),
  });
  t.is(await keeper.accessToken(), 'access-2');
  t.is(await keeper.accessToken(), 'access-2');
  t.deepEqual(asked, ['refresh-1']);
});

test('a storage keeps the session as text, and what is no session is none', async (t) => {
  const map = new Map<string, string>();
  const storage = {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => map.set(key, value),
    removeItem: (key: string) => map.delete(key),
  };
  const names: string[] = [];
  const locks = {
    request: <T>(name: string, work: () => Promise<T>) => {
      names.push(name);
      return work();
    },
  };
  const store = createStorageTokenStore(storage, { locks });
  await store.write(sessionNumber(1, 0));
  t.deepEqual(await store.read(), sessionNumber(1, 0));
  t.is(await store.exclusively?.(async () => 'done'), 'done');
  t.deepEqual(names, ['plaza-session']);
  for (const text of ['{}', 'null', 'nonsense', '{"accessToken":1}']) {
    map.set('plaza-session', text);
    t.is(await store.read(), undefined, text);
  }
  await store.clear();
  t.is(map.size, 0);
});
