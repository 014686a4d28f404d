import test from 'ava';
import { median, quantile } from './statistics.ts';

test('the median is the middle sample, or the mean of the two in the middle', (t) => {
  t.is(median([5, 1, 100]), 5);
  t.is(median([4, 1, 2, 100]), 3);
  t.is(median([7]), 7);
});

test('a quantile is a sample that was seen, whatever the order', (t) => {
  const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
  t.is(quantile(samples, 0.5), 51);
  t.is(quantile(samples, 0.99), 100);
  t.is(quantile([3], 0.99), 3);
});

test('there is no figure without samples', (t) => {
  t.throws(() => median([]), { message: 'There are no samples' });
  t.throws(() => quantile([], 0.5), { message: 'There are no samples' });
});
