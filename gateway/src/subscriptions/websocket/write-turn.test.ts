import { Writable } from 'node:stream';
import test from 'ava';
import { EventFrame } from './event-frame.ts';
import { WriteTurn } from './write-turn.ts';

/** A client; each call that wrote to it is one item of `calls`. */
function createStream({ takesAtOnce = true, highWaterMark = 16_384 } = {}) {
  const calls: Buffer[] = [];
  const take = (chunks: readonly Buffer[], done: () => void): void => {
    calls.push(Buffer.concat(chunks));
    if (takesAtOnce) done();
  };
  const stream = new Writable({
    highWaterMark,
    write: (chunk: Buffer, _encoding, done) => take([chunk], done),
    writev: (chunks, done) =>
      take(
        chunks.map(({ chunk }) => chunk as Buffer),
        done,
      ),
  });
  return { stream, calls };
}

function frameOf(text: string): EventFrame {
  return new EventFrame(Buffer.from(JSON.stringify(text)), 'next');
}

const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

test('writes the events of one turn at its end, in one call and in their order', async (t) => {
  const turn = new WriteTurn();
  const clients = ['"a"', '"b"'].map((id) => ({ id, ...createStream() }));
  for (const event of ['one', 'two', 'three']) {
    const frame = frameOf(event);
    for (const { stream, id } of clients) turn.write(stream, frame, id);
    await Promise.resolve();
  }
  t.is(clients[0]?.calls.length, 0);
  await nextTick();
  for (const { calls, id } of clients) {
    t.is(calls.length, 1);
    t.deepEqual(
      [...String(calls[0]).matchAll(/"id":("\w")|"payload":"(\w+)"/g)].map(([, a, b]) => a ?? b),
      [id, 'one', id, 'two', id, 'three'],
    );
  }
});

test('holds back no more than a stream takes without asking to wait', async (t) => {
  const turn = new WriteTurn();
  const { stream, calls } = createStream({ highWaterMark: 1_000 });
  const text = 'x'.repeat(100);
  for (let event = 0; event < 50; event += 1) {
    turn.write(stream, frameOf(text), '"a"');
    t.false(stream.writableNeedDrain);
  }
  await nextTick();
  t.is(stream.writableLength, 0);
  t.true(calls.length > 1 && calls.length < 25, `${calls.length} calls`);
});

test('holds back no event that is large', (t) => {
  const turn = new WriteTurn();
  const { stream, calls } = createStream({ highWaterMark: 1_000 });
  turn.write(stream, frameOf('x'.repeat(5_000)), '"a"');
  t.is(stream.writableLength, 0);
  t.is(calls.length, 1);
});

test('holds back nothing more of a client that does not read', async (t) => {
  const turn = new WriteTurn();
  const { stream } = createStream({ takesAtOnce: false });
  turn.write(stream, frameOf('one'), '"a"');
  await nextTick();
  turn.write(stream, frameOf('two'), '"a"');
  t.is(stream.writableCorked, 0);
});
