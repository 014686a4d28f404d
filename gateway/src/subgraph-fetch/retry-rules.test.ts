import test from 'ava';
import { RecentCounts } from './recent-counts.ts';
import { isWithinBudget, waitBeforeRetry } from './retry-rules.ts';

const settings = {
  max: 3,
  statuses: [503],
  backOffMs: 100,
  backOffMsMax: 250,
  budgetPercent: 20,
  budgetPerSecondMin: 1,
};
const atMost = () => 1;
const call = { attempt: 0, isQuery: true, leftMs: 10_000 };
const unreachable = { kind: 'unreachable' } as const;
const busy = (retryAfter?: string) => ({ kind: 'status', status: 503, retryAfter }) as const;

test('waits longer with each attempt, up to a limit, for a time drawn at random', (t) => {
  const waits = [0, 1, 2, 3].map((attempt) =>
    waitBeforeRetry({ ...call, attempt, fault: unreachable }, settings, atMost),
  );
  t.deepEqual(waits, [100, 200, 250, undefined]);
  t.is(
    waitBeforeRetry({ ...call, fault: unreachable }, settings, () => 0.5),
    50,
  );
});

test('waits as long as Retry-After says, by seconds or date, and never past the deadline', (t) => {
  const wait = (retryAfter: string, leftMs = 10_000) =>
    waitBeforeRetry({ ...call, fault: busy(retryAfter), leftMs }, settings, atMost);
  t.is(wait('7'), 7_000);
  t.is(wait('7', 6_999), undefined);
  const untilMs = wait(new Date(Date.now() + 5_000).toUTCString()) ?? 0;
  t.true(untilMs > 3_000 && untilMs <= 5_000, `${untilMs} ms`);
  t.is(wait('soon'), 100);
});

test('tries again at once where an idle socket was closed, and never after a timeout', (t) => {
  const closed = { kind: 'lost', isHeard: false } as const;
  t.is(waitBeforeRetry({ ...call, fault: closed }, settings, atMost), 0);
  t.is(waitBeforeRetry({ ...call, fault: closed, attempt: 1 }, settings, atMost), 200);
  t.is(waitBeforeRetry({ ...call, fault: { kind: 'lost', isHeard: true } }, settings, atMost), 100);
  t.is(waitBeforeRetry({ ...call, fault: { kind: 'timeout' } }, settings, atMost), undefined);
});

test('sends a mutation again only where nothing was sent', (t) => {
  const mutation = { ...call, isQuery: false };
  t.is(waitBeforeRetry({ ...mutation, fault: unreachable }, settings, atMost), 100);
  t.is(waitBeforeRetry({ ...mutation, fault: busy() }, settings, atMost), undefined);
  const closed = { kind: 'lost', isHeard: false } as const;
  t.is(waitBeforeRetry({ ...mutation, fault: closed }, settings, atMost), undefined);
});

test('allows a share of the calls of late, and some in any case', (t) => {
  const recent = new RecentCounts(1_000);
  const budget = { retries: settings, countingWindowMs: 1_000 };
  t.true(isWithinBudget(recent, budget, 0));
  recent.count('retries', 0);
  t.false(isWithinBudget(recent, budget, 0));
  for (let calls = 0; calls < 5; calls += 1) recent.count('calls', 950);
  t.true(isWithinBudget(recent, budget, 950));
  recent.count('retries', 950);
  t.false(isWithinBudget(recent, budget, 999));
  // The first retry is a window ago.
  t.true(isWithinBudget(recent, budget, 1_050));
  t.deepEqual({ ...recent.totals(1_899) }, { calls: 5, failures: 0, retries: 1 });
  t.deepEqual({ ...recent.totals(1_950) }, { calls: 0, failures: 0, retries: 0 });
});
