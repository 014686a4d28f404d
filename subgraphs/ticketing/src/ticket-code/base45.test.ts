import test from 'ava';
import { decodeBase45, encodeBase45 } from './base45.ts';

const rfcVectors = [
  ['AB', 'BB8'],
  ['Hello!!', '%69 VD92EX0'],
  ['base-45', 'UJCLQE7W581'],
  ['ietf!', 'QED8WEX0'],
] as const;

for (const [bytes, text] of rfcVectors) {
  test(`encodes and decodes "${bytes}" as RFC 9285 section 4 does`, (t) => {
    t.is(encodeBase45(Buffer.from(bytes)), text);
    t.is(decodeBase45(text)?.toString(), bytes);
  });
}

test('brings every byte and every pair of bytes back', (t) => {
  for (let pair = 0; pair < 65_536; pair += 1) {
    const bytes = Buffer.from([pair >> 8, pair & 0xff]);
    const back = decodeBase45(encodeBase45(bytes));
    if (back === undefined || !bytes.equals(back)) t.fail(`pair ${pair}`);
  }
  for (let byte = 0; byte < 256; byte += 1) {
    t.deepEqual(decodeBase45(encodeBase45(Buffer.from([byte]))), Buffer.from([byte]));
  }
  t.deepEqual(decodeBase45(''), Buffer.alloc(0));
});

test('decodes no text that encoding would not have made', (t) => {
  t.deepEqual(decodeBase45('FGW'), Buffer.from([0xff, 0xff]));
  for (const text of ['GGW', ':::', '::', 'U5', 'A', 'BB8A', 'bb8', 'BB_', 'BBé', 'BB\n']) {
    const decoded = decodeBase45(text);
    t.true(decoded === undefined || encodeBase45(decoded) === text, text);
  }
  t.is(decodeBase45('GGW'), undefined);
  t.is(decodeBase45('bb8'), undefined);
});

test('gives each of the two- and three-character groups to at most one value', (t) => {
  const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'];
  let decodable = 0;
  for (const first of alphabet) {
    for (const second of alphabet) {
      if (decodeBase45(first + second) !== undefined) decodable += 1;
      for (const third of alphabet) {
        if (decodeBase45(first + second + third) !== undefined) decodable += 1;
      }
    }
  }
  t.is(decodable, 256 + 65_536);
});
