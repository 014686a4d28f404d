import test from 'ava';
import { backOffMs } from './back-off.ts';
import { addMoney, formatMoney } from './money.ts';
import { formatInZone, msUntil } from './times.ts';

test('money is shown in its currency and added within it alone', (t) => {
  const money = { amountMinor: 12_550, currency: 'MXN' } as const;
  t.is(formatMoney(money, 'es-MX'), '$125.50');
  t.is(formatMoney(money, 'en-US'), 'MX$125.50');
  t.deepEqual(addMoney(money, { amountMinor: 50, currency: 'MXN' }), {
    amountMinor: 12_600,
    currency: 'MXN',
  });
  t.throws(() => addMoney(money, { amountMinor: 1, currency: 'USD' }), { instanceOf: RangeError });
});

test('a moment is shown on the clocks of its venue', (t) => {
  const place = { timeZone: 'America/Tijuana', locale: 'en-US' };
  const style = { dateStyle: 'short', timeStyle: 'short' } as const;
  t.is(
    formatInZone('2026-07-01T03:00:00Z', place, style).replaceAll(/\s/g, ' '),
    '6/30/26, 8:00 PM',
  );
  t.is(msUntil('2026-07-01T03:00:00Z', Date.parse('2026-07-01T02:59:59Z')), 1_000);
  t.is(msUntil('2026-07-01T03:00:00Z', Date.parse('2026-07-02T00:00:00Z')), 0);
});

test('waits double up to the longest, and half of each is chance', (t) => {
  const waits = { firstMs: 100, longestMs: 1_000 };
  for (const [attempt, wholeMs] of [100, 200, 400, 800, 1_000, 1_000].entries()) {
    const waitMs = backOffMs(attempt, waits);
    t.true(waitMs >= wholeMs / 2 && waitMs <= wholeMs, `${attempt}: ${waitMs}`);
  }
});
