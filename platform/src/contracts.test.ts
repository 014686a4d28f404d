import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { buildSchema } from 'graphql';
import type { contracts } from './contracts.ts';
import { repositoryRoot } from './repository-root.ts';

function published(name: keyof typeof contracts) {
  const file = join(repositoryRoot, 'schema', 'contracts', `${name}.graphql`);
  return buildSchema(readFileSync(file, 'utf8'));
}

test('partners see the catalogue and its live seats, and nothing of anybody', (t) => {
  const schema = published('partner');
  t.deepEqual(Object.keys(schema.getQueryType()?.getFields() ?? {}).toSorted(), [
    'categories',
    'event',
    'events',
    'schedule',
    'venue',
    'venues',
  ]);
  t.deepEqual(Object.keys(schema.getSubscriptionType()?.getFields() ?? {}), [
    'seatChanged',
    'scheduleAvailability',
  ]);
  t.is(schema.getMutationType(), undefined);
  for (const name of ['User', 'Order', 'Ticket', 'Payment', 'ApiClient']) {
    t.is(schema.getType(name), undefined, name);
  }
});

test('the apps of customers see what customers do, and nothing that only staff does', (t) => {
  const [mobile, whole] = [published('mobile'), published('internal')];
  const fieldsOf = (schema: typeof mobile) => [
    ...Object.values(schema.getQueryType()?.getFields() ?? {}),
    ...Object.values(schema.getMutationType()?.getFields() ?? {}),
  ];
  const names = fieldsOf(mobile).map(({ name }) => name);
  for (const name of ['me', 'logIn', 'holdSeats', 'placeOrder', 'payOrder', 'shareTicket']) {
    t.true(names.includes(name), name);
  }
  // Every field of a root type whose description names a scope that it always needs.
  const staff = fieldsOf(whole).filter(({ description }) =>
    /Needs (the )?(scope )?[a-z-]+:[a-z]+/.test(description ?? ''),
  );
  t.true(staff.length > 40);
  t.deepEqual(
    staff.map(({ name }) => name).filter((name) => names.includes(name)),
    [],
  );
});
