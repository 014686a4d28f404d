import test from 'ava';
import { type KeysetOrder, readPage, toCursor } from './keyset.ts';
import { createConnectionLoader, pagePerKeySql } from './page-per-key.ts';
import { paginate } from './paginate.ts';

const id = '01940000-0000-7000-8000-000000000001';
const byStart: KeysetOrder = {
  fields: [
    { name: 'startsAt', type: 'date' },
    { name: 'id', type: 'uuid' },
  ],
  direction: 'asc',
};
const row = { id, startsAt: new Date('2026-05-01T00:00:00.000Z'), secret: 'not in a cursor' };
const cursor = toCursor(row, byStart);

test('a cursor holds the values of the order and nothing else', (t) => {
  t.notRegex(Buffer.from(cursor, 'base64url').toString(), /secret/);
  t.deepEqual(readPage({ after: cursor }, byStart).from, [row.startsAt, id]);
});

test('a cursor that is not of this order is refused', (t) => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const bad = [
    '',
    '%%%',
    encode(null),
    encode([]),
    encode({ id }),
    encode({ startsAt: 'tomorrow', id }),
    encode({ startsAt: row.startsAt, id: "' OR 1=1 --" }),
  ];
  for (const after of bad) {
    t.throws(() => readPage({ after }, byStart), { code: 'BAD_USER_INPUT', message: /after/ });
  }
});

test('rows beyond a cursor are told apart by the first field that differs', async (t) => {
  let query: unknown;
  await paginate<typeof row, object, object>({
    args: { last: 2, before: cursor },
    order: byStart,
    load: async (given) => {
      query = given;
      return [];
    },
    count: async () => 0,
  });
  t.deepEqual(query, {
    where: {
      AND: [
        {
          OR: [
            { AND: [{ startsAt: { lt: row.startsAt } }] },
            { AND: [{ startsAt: row.startsAt }, { id: { lt: id } }] },
          ],
        },
      ],
    },
    orderBy: [{ startsAt: 'desc' }, { id: 'desc' }],
    take: 3,
  });
});

test('a page per key passes every value as a parameter', (t) => {
  const page = readPage({ first: 5, after: cursor }, byStart);
  const { text, values } = pagePerKeySql({
    table: 'events',
    keyColumn: 'venue_id',
    condition: "status = 'PUBLISHED'",
    keys: [id],
    page,
  });
  t.deepEqual(values, [[id], row.startsAt, id]);
  t.regex(text, /\("startsAt", "id"\) > \(\$2::timestamptz, \$3::uuid\)/);
  t.regex(text, /\(status = 'PUBLISHED'\)/);
  t.regex(text, /ORDER BY "startsAt" asc, "id" asc LIMIT 6/);
});

test('keys that ask for different pages are loaded apart, and one bad page fails alone', async (t) => {
  const loads: string[][] = [];
  const other = id.replace(/1$/, '2');
  const loader = createConnectionLoader<{ readonly id: string; readonly parent: string }>({
    order: { fields: [{ name: 'id', type: 'uuid' }], direction: 'asc' },
    keyOf: ({ parent }) => parent,
    load: async (keys) => {
      loads.push(keys);
      return keys.map((parent) => ({ id, parent }));
    },
    count: async () => new Map([[other, 7]]),
  });
  const [one, two, same, none, bad] = await Promise.allSettled([
    loader.load({ key: id, args: { first: 1 } }),
    loader.load({ key: other, args: { first: 2 } }),
    loader.load({ key: other, args: { first: 1, after: null } }),
    loader.load({ key: 'not-an-id', args: { first: 1 } }),
    loader.load({ key: id, args: { first: 1_000 } }),
  ]);
  t.deepEqual(loads, [[id, other], [other]]);
  t.true([one, two, same, none].every(({ status }) => status === 'fulfilled'));
  t.is(two?.status === 'fulfilled' && (await two.value.totalCount), 7);
  t.deepEqual(none?.status === 'fulfilled' && none.value.nodes, []);
  t.like(bad, { status: 'rejected', reason: { code: 'BAD_USER_INPUT' } });
});
