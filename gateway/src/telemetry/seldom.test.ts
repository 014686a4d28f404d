import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { seldom } from './seldom.ts';

test('tells the first thing, and then nothing until its time is over', async (t) => {
  const told: string[] = [];
  const tell = seldom(50, (what: string) => told.push(what));
  tell('a');
  tell('b');
  t.deepEqual(told, ['a']);
  await sleep(60);
  tell('c');
  t.deepEqual(told, ['a', 'c']);
});
