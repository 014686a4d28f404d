import test from 'ava';
import { RecentCounts } from './recent-counts.ts';
import { SubgraphBreaker } from './subgraph-breaker.ts';

const settings = { enabled: true, failurePercent: 50, callsMin: 4, openMs: 100, probesMax: 2 };

function openedBreaker(options = settings) {
  const recent = new RecentCounts(10_000);
  const openings: number[] = [];
  const breaker = new SubgraphBreaker(options, recent, () => openings.push(1));
  const fail = (nowMs: number): void => {
    recent.count('calls', nowMs);
    const admission = breaker.admit(nowMs) ?? 'call';
    recent.count('failures', nowMs);
    breaker.failed(admission, nowMs);
  };
  for (let call = 0; call < 3; call += 1) fail(0);
  const before = breaker.state;
  fail(0);
  return { breaker, before, fail, openings };
}

test('opens once enough calls were made and enough of them failed', (t) => {
  const { breaker, before, openings } = openedBreaker();
  t.is(before, 'closed');
  t.is(breaker.state, 'open');
  t.is(breaker.admit(99), undefined);
  t.is(openings.length, 1);
  t.is(openedBreaker({ ...settings, enabled: false }).breaker.state, 'closed');
});

test('closes when all probes succeed, and does not remember what failed before', (t) => {
  const { breaker, fail } = openedBreaker();
  t.is(breaker.admit(100), 'probe');
  t.is(breaker.admit(100), 'probe');
  t.is(breaker.admit(100), undefined);
  breaker.succeeded('probe');
  t.is(breaker.admit(100), undefined);
  t.is(breaker.state, 'half-open');
  breaker.succeeded('probe');
  t.is(breaker.state, 'closed');
  fail(101);
  t.is(breaker.state, 'closed');
});

test('stays open for as long again when a probe fails', (t) => {
  const { breaker } = openedBreaker();
  t.is(breaker.admit(100), 'probe');
  breaker.failed('probe', 150);
  t.is(breaker.admit(249), undefined);
  t.is(breaker.admit(250), 'probe');
});

test('takes no probe for one whose client left, and no call for one that began before', (t) => {
  const { breaker } = openedBreaker();
  breaker.admit(100);
  breaker.admit(100);
  breaker.toldNothing('probe');
  t.is(breaker.admit(100), 'probe');
  breaker.succeeded('call');
  breaker.failed('call', 100);
  t.is(breaker.state, 'half-open');
});
