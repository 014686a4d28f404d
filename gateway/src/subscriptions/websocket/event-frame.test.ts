import { Writable } from 'node:stream';
import test from 'ava';
import { EventFrame } from './event-frame.ts';

/** A client whose bytes are taken at once, or kept until it reads. */
function createStream(takesAtOnce: boolean) {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(takesAtOnce ? Buffer.from(chunk) : chunk);
      if (takesAtOnce) done();
    },
  });
  return { stream, bytes: () => Buffer.concat(chunks) };
}

test('gives each client its own id, whether or not it takes the bytes at once', (t) => {
  for (const takesAtOnce of [true, false]) {
    const frame = new EventFrame(Buffer.from('{"data":1}'), 'next');
    const clients = ['"a"', '"b"', '"long"', '"c"'].map((id) => {
      const client = createStream(takesAtOnce);
      frame.writeTo(client.stream, id);
      return { id, ...client };
    });
    for (const { id, bytes } of clients) {
      t.is(bytes().subarray(2).toString(), `{"id":${id},"type":"next","payload":{"data":1}}`);
    }
  }
});
