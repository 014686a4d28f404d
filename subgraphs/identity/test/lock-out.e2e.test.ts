import anyTest, { type TestFn } from 'ava';
import { AttemptLimiter } from '../src/attempt/attempt-limiter.ts';
import { delayAfterMs } from '../src/attempt/back-off.ts';
import { createIdentityUnderTest, type IdentityUnderTest } from './kit/identity-under-test.ts';

const test = anyTest as TestFn<IdentityUnderTest>;
const wrong = { secret: 'wrong horse 1' };

test.before(async (t) => {
  t.context = await createIdentityUnderTest();
});
test.after.always(async (t) => {
  await t.context?.[Symbol.asyncDispose]();
});

test('the wait doubles from one second to fifteen minutes', (t) => {
  const delaysS = [0, 1, 2, 3, 4, 9, 10, 11, 12, 10_000].map((n) => delayAfterMs(n) / 1_000);
  t.deepEqual(delaysS, [0, 1, 2, 4, 8, 256, 512, 900, 900, 900]);
});

test.serial('failures make an account wait, whether it exists or not', async (t) => {
  await t.context.register('waits@example.com');
  for (const email of ['waits@example.com', 'nobody@example.com']) {
    for (const delayS of [1, 2, 4]) {
      t.is((await t.context.logIn(email, wrong)).__typename, 'InvalidCredentials');
      t.deepEqual(await t.context.logIn(email), {
        __typename: 'TooManyAttempts',
        retryAfterS: delayS,
      } as never);
      t.context.clock.now += delayS * 1_000;
    }
  }
});

test.serial('the right password after the wait is let in and forgets the failures', async (t) => {
  await t.context.register('resets@example.com');
  for (const delayS of [1, 2]) {
    await t.context.logIn('resets@example.com', wrong);
    t.context.clock.now += delayS * 1_000;
  }
  t.is((await t.context.logIn('resets@example.com')).__typename, 'LogInSuccess');
  await t.context.logIn('resets@example.com', wrong);
  t.is((await t.context.logIn('resets@example.com')).retryAfterS, 1);
});

test.serial('attempts during a wait are not judged and do not lengthen it', async (t) => {
  await t.context.register('patient@example.com');
  await t.context.logIn('patient@example.com', wrong);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const answer = await t.context.logIn('patient@example.com', wrong);
    t.is(answer.retryAfterS, 1);
  }
  t.context.clock.now += 1_000;
  t.is((await t.context.logIn('patient@example.com')).__typename, 'LogInSuccess');
});

test.serial('guesses from elsewhere do not lock somebody out where they were before', async (t) => {
  const home = { clientAddress: '203.0.113.20' };
  await t.context.register('home@example.com');
  t.is((await t.context.logIn('home@example.com', home)).__typename, 'LogInSuccess');
  await t.context.logIn('home@example.com', { ...wrong, clientAddress: '198.51.100.1' });
  const elsewhere = await t.context.logIn('home@example.com', { clientAddress: '198.51.100.2' });
  t.is(elsewhere.__typename, 'TooManyAttempts');
  t.is((await t.context.logIn('home@example.com', home)).__typename, 'LogInSuccess');
});

test.serial('of guesses at the same moment one is judged, in every replica together', async (t) => {
  const { prisma, clock } = t.context;
  const replicas = [1, 2].map(() => new AttemptLimiter(prisma, () => clock.now));
  const subject = { account: 'parallel', clientAddress: undefined };
  let judged = 0;
  const guess = async () => {
    judged += 1;
    return undefined;
  };
  await replicas[0]?.attempt(subject, guess); // the first failure starts the counting
  clock.now += 1_000;
  judged = 0;
  const guesses = Array.from({ length: 20 }, (_, index) =>
    replicas[index % 2]?.attempt(subject, guess),
  );
  await Promise.all(guesses);
  t.is(judged, 1);
});

test.serial('a client’s address waits after twenty failures over many accounts', async (t) => {
  const limiter = new AttemptLimiter(t.context.prisma, () => t.context.clock.now);
  const attempt = (account: string, clientAddress = '198.51.100.9') =>
    limiter.attempt({ account, clientAddress }, async () => undefined);
  for (let index = 0; index < 21; index += 1) {
    t.is((await attempt(`spray-${index}`)).retryAfterS, undefined);
  }
  t.is((await attempt('spray-next')).retryAfterS, 1);
  t.is((await attempt('spray-next', '198.51.100.10')).retryAfterS, undefined);
});

test.serial('an attempt that could not be judged does not count', async (t) => {
  const limiter = new AttemptLimiter(t.context.prisma, () => t.context.clock.now);
  const subject = { account: 'overloaded', clientAddress: undefined };
  await limiter.attempt(subject, async () => undefined);
  t.context.clock.now += 1_000;
  const failing = limiter.attempt(subject, () => Promise.reject(new Error('overloaded')));
  await t.throwsAsync(failing, { message: 'overloaded' });
  await limiter.attempt(subject, async () => undefined);
  t.is((await limiter.attempt(subject, async () => true)).retryAfterS, 2);
});

test.serial('a restart forgives nothing, a day without failures does', async (t) => {
  const subject = { account: 'restarted', clientAddress: undefined };
  const before = new AttemptLimiter(t.context.prisma, () => t.context.clock.now);
  await before.attempt(subject, async () => undefined);
  const after = new AttemptLimiter(t.context.prisma, () => t.context.clock.now);
  t.is((await after.attempt(subject, async () => true)).retryAfterS, 1);
  t.context.clock.now += 25 * 60 * 60_000;
  await after.attempt(subject, async () => undefined);
  t.is((await after.attempt(subject, async () => true)).retryAfterS, 1);
});
