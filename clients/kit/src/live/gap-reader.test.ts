import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { GapReader } from './gap-reader.ts';

test('a gap of many subscriptions is one reading, and each own reader is called', async (t) => {
  let rereads = 0;
  const own: string[] = [];
  const gaps = new GapReader({ rereadAll: () => rereads++, settleMs: 5, spreadMs: 0 });
  gaps.join(undefined);
  gaps.join(undefined);
  const left = gaps.join(() => own.push('left'));
  const second = gaps.join(() => own.push('second'));
  gaps.foundForAll();
  gaps.found(second);
  left();
  t.is(rereads, 0, 'not before subscriptions stand');
  await delay(30);
  t.is(rereads, 1);
  t.deepEqual(own, ['second']);
  gaps.found(second);
  await delay(30);
  t.is(rereads, 1, 'the one with a reader of its own needs no other');
  t.deepEqual(own, ['second', 'second']);
});
