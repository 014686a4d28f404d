import type { Viewer } from '@plaza/kit/auth/viewer';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import { type Role, roleScopes } from '@plaza/schema/scopes';
import test from 'ava';
import { buildTicketingSchema } from '../src/schema.ts';
import { Sales } from './kit/sales.ts';
import { createSeededTicketing, type SeededTicketing } from './kit/seeded-ticketing.ts';
import { codeOf, watchAs } from './kit/watch-as.ts';

const asRole = (userId: string, role: Role): Viewer => ({
  userId,
  roles: new Set([role]),
  scopes: new Set(roleScopes[role]),
});

const actors: Readonly<Record<string, Viewer | undefined>> = {
  anonymous: undefined,
  buyer: asRole(demoAccounts.ana.id, 'CUSTOMER'),
  stranger: asRole(demoAccounts.luis.id, 'CUSTOMER'),
  gateStaff: asRole(demoAccounts.gateStaff.id, 'GATE_STAFF'),
  seller: asRole(demoAccounts.seller.id, 'SELLER'),
  supervisor: asRole(demoAccounts.supervisor.id, 'SUPERVISOR'),
  administrator: asRole(demoAccounts.administrator.id, 'ADMINISTRATOR'),
};

/** Who may watch what of a pending order, and of a performance on sale. */
const outcomes: Readonly<Record<string, string>> = {
  seatChanged: 'watches watches watches watches watches watches watches',
  scheduleAvailability: 'watches watches watches watches watches watches watches',
  orderChanged: 'UNAUTHENTICATED watches BAD_USER_INPUT BAD_USER_INPUT watches watches watches',
  myTicketsChanged: 'UNAUTHENTICATED watches watches watches watches watches watches',
};

let ticketing: SeededTicketing;
let sales: Sales;
let queries: Readonly<Record<string, string>>;
test.before(async () => {
  ticketing = await createSeededTicketing();
  sales = await Sales.on(ticketing, 'frontera-vs-deportivo-bahia');
  const { id } = await sales.pendingOrder();
  const schedule = `(scheduleId: "${sales.schedule.id}")`;
  queries = {
    seatChanged: `seatChanged${schedule} { __typename }`,
    scheduleAvailability: `scheduleAvailability${schedule} { __typename }`,
    orderChanged: `orderChanged(id: "${id}") { __typename }`,
    myTicketsChanged: 'myTicketsChanged { __typename }',
  };
});
test.after.always(() => ticketing?.[Symbol.asyncDispose]());

for (const [field, row] of Object.entries(outcomes)) {
  test.serial(`${field}: ${row}`, async (t) => {
    const found: Record<string, unknown> = {};
    for (const [actor, viewer] of Object.entries(actors)) {
      const watching = watchAs(sales, queries[field] ?? '', viewer);
      found[actor] = await codeOf(watching);
      const events = await watching;
      if (!('errors' in events)) await (events as AsyncGenerator).return(undefined);
    }
    const expected = row.split(' ');
    t.deepEqual(
      found,
      Object.fromEntries(Object.keys(actors).map((actor, index) => [actor, expected[index]])),
    );
  });
}

test('every subscription has its row', async (t) => {
  const { schema } = await buildTicketingSchema();
  const fields = Object.keys(schema.getSubscriptionType()?.getFields() ?? {});
  t.deepEqual(fields.sort(), Object.keys(outcomes).sort());
});
