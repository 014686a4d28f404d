import test from 'ava';
import { EventLoopDelay } from './event-loop-delay.ts';

test('one long task is no overload; being late every time is', (t) => {
  const delay = new EventLoopDelay(3);
  for (const delayMs of [0, 2_000, 1]) delay.add(delayMs);
  t.is(delay.leastMs, 0);
  t.is(delay.mostMs, 2_000);
  for (const delayMs of [300, 900, 400]) delay.add(delayMs);
  t.is(delay.leastMs, 300);
  t.is(delay.mostMs, 900);
});

test('nothing is known before there were enough checks', (t) => {
  const delay = new EventLoopDelay(3);
  delay.add(5_000);
  t.is(delay.leastMs, 0);
});
