import test from 'ava';
import { ownValue } from '../query-plan/own-value.ts';
import { generateObjectWriter } from './generate-object-writer.ts';
import { unexpectedValue } from './unexpected-value.ts';
import type { WrittenField } from './write-value.ts';

const writing = { shared: new Set<object>(), texts: new Map() };
const write = (value: unknown): string => JSON.stringify(value);
const field = (key: string, more: Partial<WrittenField> = {}): WrittenField => ({
  name: JSON.stringify(key),
  key,
  isNullable: true,
  write,
  ...more,
});
const typename: WrittenField = {
  name: '"__typename"',
  key: '__typename',
  isNullable: true,
  constant: '"Product"',
};

test('writes fields in order, constants wherever they stand', (t) => {
  const source = { b: 'x', a: 1 };
  const texts = [
    [field('a'), field('b')],
    [typename, field('a')],
    [field('a'), typename, typename, field('b')],
    [typename],
  ].map((fields) => generateObjectWriter(fields)(source, writing));
  t.deepEqual(texts, [
    '{"a":1,"b":"x"}',
    '{"__typename":"Product","a":1}',
    '{"a":1,"__typename":"Product","__typename":"Product","b":"x"}',
    '{"__typename":"Product"}',
  ]);
});

test('writes null where it may, and gives up where it may not', (t) => {
  t.is(
    generateObjectWriter([typename, field('a')])({}, writing),
    '{"__typename":"Product","a":null}',
  );
  const strict = generateObjectWriter([field('a', { isNullable: false })]);
  for (const value of [{}, { a: null }, null, 'text', []]) {
    t.is(
      t.throws(() => strict(value, writing), { any: true }),
      unexpectedValue,
    );
  }
});

test('treats keys and names as text, whatever they say', (t) => {
  const hostile = '"];throw 1;//\\\u2028`';
  const inherited = field('constructor', { read: (source) => ownValue(source, 'constructor') });
  const writeHostile = generateObjectWriter([field(hostile), inherited]);
  t.deepEqual(JSON.parse(writeHostile({ [hostile]: 1 }, writing)), {
    [hostile]: 1,
    constructor: null,
  });
});
