import test from 'ava';
import { money } from './money.type.ts';

test('an amount is whole minor units within the range of GraphQL’s Int', (t) => {
  t.deepEqual(money(2_147_483_647n, 'MXN'), { amountMinor: 2_147_483_647, currency: 'MXN' });
  t.deepEqual(money(-1, 'USD'), { amountMinor: -1, currency: 'USD' });
  t.throws(() => money(2_147_483_648, 'MXN'), { instanceOf: RangeError });
  t.throws(() => money(0.5, 'MXN'), { instanceOf: RangeError });
  t.throws(() => money(Number.NaN, 'MXN'), { instanceOf: RangeError });
});
