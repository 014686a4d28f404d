import test from 'ava';
import { buildSchema } from 'graphql';
import { createPayloadResponder } from './payload-response.ts';

// As the executor knows it: no arguments, no input types.
const schema = buildSchema(`
  type Query { q: Int }
  type Subscription { seat: Seat! count: Int }
  type Seat { id: ID! toString: String status: Status tags: [String!] place: Place }
  type Place { row: Int! }
  enum Status { HELD SOLD }`);

function respond(operation: string, payload: unknown, variables = {}) {
  const fieldName = operation.includes('count') ? 'count' : 'seat';
  const response = createPayloadResponder({ operation, variables, fieldName, schema })(payload);
  return JSON.parse(JSON.stringify(response)) as unknown;
}

test('answers with what the payload has, under the names that were asked for', (t) => {
  const operation = `subscription S($in: Filter!, $deep: Boolean!) {
    s: seat(in: $in) { key: id status tags place @include(if: $deep) { row } __typename }
  }`;
  const payload = { id: 5, status: 'SOLD', tags: ['a'], place: { row: 2 }, other: 1 };
  t.deepEqual(respond(operation, payload, { in: { a: 1 }, deep: true }), {
    data: {
      s: { key: '5', status: 'SOLD', tags: ['a'], place: { row: 2 }, __typename: 'Seat' },
    },
  });
  t.like(respond(operation, payload, { in: { a: 1 }, deep: false }), { data: { s: { key: '5' } } });
  t.deepEqual(respond('subscription { count }', 7), { data: { count: 7 } });
});

test('takes for null what the payload does not have, or only inherits', (t) => {
  t.deepEqual(respond('subscription { seat { id toString place { row } } }', { id: 'a' }), {
    data: { seat: { id: 'a', toString: null, place: null } },
  });
});

test('is an error where the schema allows no null, and no value of that kind', (t) => {
  const messageOf = (operation: string, payload: unknown) => {
    const { data, errors } = respond(operation, payload) as {
      data: unknown;
      errors: { message: string; path: unknown }[];
    };
    return [data, errors[0]?.message, errors[0]?.path];
  };
  const missing = 'Cannot return null for non-nullable field Seat.id.';
  for (const payload of [{}, 'text', 7, []]) {
    t.deepEqual(messageOf('subscription { seat { id } }', payload), [
      null,
      missing,
      ['seat', 'id'],
    ]);
  }
  t.deepEqual(messageOf('subscription { seat { id } }', null), [
    null,
    'Cannot return null for non-nullable field Subscription.seat.',
    ['seat'],
  ]);
  t.deepEqual(messageOf('subscription { seat { id status } }', { id: 'a', status: 'GONE' }), [
    { seat: { id: 'a', status: null } },
    'Enum "Status" cannot represent value: "GONE"',
    ['seat', 'status'],
  ]);
});
