import { Writable } from 'node:stream';
import test from 'ava';
import { EventFrame } from './event-frame.ts';

function createStream() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, bytes: () => Buffer.concat(chunks) };
}

test('gives each client its own id, whether or not the bytes are taken at once', (t) => {
  for (const isHeldBack of [false, true]) {
    const frame = new EventFrame(Buffer.from('{"data":1}'), 'next');
    const clients = ['"a"', '"b"', '"long"', '"c"'].map((id) => {
      const client = createStream();
      if (isHeldBack) client.stream.cork();
      frame.writeTo(client.stream, id);
      return { id, ...client };
    });
    for (const { stream } of clients) stream.uncork();
    for (const { id, bytes } of clients) {
      t.is(bytes().subarray(2).toString(), `{"id":${id},"type":"next","payload":{"data":1}}`);
      t.is(bytes()[1], bytes().length - 2);
    }
  }
});
