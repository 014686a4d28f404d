import test from 'ava';
import { salePhaseOf } from './sale-phase.ts';

const at = (day: number) => new Date(Date.UTC(2026, 0, day));

const schedule = {
  status: 'ON_SALE',
  presaleStartsAt: at(2),
  presaleEndsAt: at(4),
  onSaleAt: at(5),
  offSaleAt: at(9),
} as const;

for (const [day, phase] of [
  [1, 'BEFORE_SALE'],
  [2, 'PRESALE'],
  [3, 'PRESALE'],
  [4, 'BEFORE_SALE'],
  [5, 'ON_SALE'],
  [8, 'ON_SALE'],
  [9, 'ENDED'],
] as const) {
  test(`is ${phase} on day ${day}`, (t) => t.is(salePhaseOf(schedule, at(day)), phase));
}

test('has no presale without presale dates', (t) => {
  const plain = { ...schedule, presaleStartsAt: null, presaleEndsAt: null };
  t.is(salePhaseOf(plain, at(3)), 'BEFORE_SALE');
  t.is(salePhaseOf(plain, at(5)), 'ON_SALE');
});

test('follows the state before the dates', (t) => {
  t.is(salePhaseOf({ ...schedule, status: 'DRAFT' }, at(6)), 'BEFORE_SALE');
  t.is(salePhaseOf({ ...schedule, status: 'CLOSED' }, at(6)), 'ENDED');
  t.is(salePhaseOf({ ...schedule, status: 'COMPLETED' }, at(1)), 'ENDED');
});
