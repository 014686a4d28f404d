import test from 'ava';
import { BoundedBuffer } from './bounded-buffer.ts';

test('values come out in the order in which they went in', async (t) => {
  const buffer = new BoundedBuffer<number>({ max: 10, overflow: 'drop-oldest' });
  const read = collect(buffer, 3);
  buffer.push(1);
  buffer.push(2);
  buffer.push(3);
  t.deepEqual(await read, [1, 2, 3]);
  t.is(buffer.dropped, 0);
});

test('a full buffer drops its oldest value', async (t) => {
  const buffer = new BoundedBuffer<number>({ max: 2, overflow: 'drop-oldest' });
  for (const value of [1, 2, 3, 4]) buffer.push(value);
  t.deepEqual(await collect(buffer, 2), [3, 4]);
  t.is(buffer.dropped, 2);
});

test('a full buffer drops the newest value if it is told to', async (t) => {
  const buffer = new BoundedBuffer<number>({ max: 2, overflow: 'drop-newest' });
  for (const value of [1, 2, 3, 4]) buffer.push(value);
  t.deepEqual(await collect(buffer, 2), [1, 2]);
  t.is(buffer.dropped, 2);
});

test('a full buffer ends with an error after what it holds if it is told to', async (t) => {
  const buffer = new BoundedBuffer<number>({ max: 2, overflow: 'end' });
  for (const value of [1, 2, 3]) buffer.push(value);
  const values: number[] = [];
  const reading = (async () => {
    for await (const value of buffer) values.push(value);
  })();
  await t.throwsAsync(reading, { code: 'RATE_LIMITED' });
  t.deepEqual(values, [1, 2]);
});

test('end wakes the loop that waits', async (t) => {
  const buffer = new BoundedBuffer<number>({ max: 2, overflow: 'end' });
  const read = collect(buffer, 1);
  buffer.end();
  t.deepEqual(await read, []);
});

async function collect<T>(buffer: BoundedBuffer<T>, count: number): Promise<T[]> {
  const values: T[] = [];
  for await (const value of buffer) {
    values.push(value);
    if (values.length === count) break;
  }
  return values;
}
