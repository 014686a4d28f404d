import test from 'ava';
import { clientFrame, FrameReader, opcodes } from './frame-reader.ts';

function serverFrame(text: string, first = 0x81): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(length));
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  if (length < 65_536) {
    return Buffer.concat([Buffer.from([first, 126]), long.subarray(6), payload]);
  }
  return Buffer.concat([Buffer.from([first, 127]), long, payload]);
}

test('reads frames of every length, however their bytes are cut', (t) => {
  const texts = ['', 'short', 'm'.repeat(126), 'l'.repeat(65_536), 'last'];
  const bytes = Buffer.concat(texts.map((text) => serverFrame(text)));
  for (const size of [1, 3, 1_000, bytes.length]) {
    const reader = new FrameReader();
    const read: string[] = [];
    const shared = Buffer.alloc(size);
    for (let offset = 0; offset < bytes.length; offset += size) {
      const length = bytes.copy(shared, 0, offset, offset + size);
      reader.read(shared.subarray(0, length), (opcode, payload) => {
        t.is(opcode, opcodes.text);
        read.push(payload.toString());
      });
      shared.fill(0);
    }
    t.deepEqual(read, texts);
  }
});

test('refuses a message in parts', (t) => {
  const reader = new FrameReader();
  t.throws(() => reader.read(serverFrame('part', 0x01), () => undefined), { message: /in parts/ });
});

test('writes frames whose mask changes nothing', (t) => {
  const short = clientFrame(opcodes.text, Buffer.from('hello'));
  t.deepEqual([...short.subarray(0, 6)], [0x81, 0x85, 0, 0, 0, 0]);
  const longer = clientFrame(opcodes.text, Buffer.alloc(300));
  t.deepEqual([...longer.subarray(0, 8)], [0x81, 0xfe, 1, 44, 0, 0, 0, 0]);
});
