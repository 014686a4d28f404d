import type { TestViewer } from '@plaza/kit/test-kit/test-tokens';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import { type Role, roleScopes, type Scope } from '@plaza/schema/scopes';
import test from 'ava';
import { createSmallCatalogue, type SmallCatalogue } from './kit/small-catalogue.ts';

/** Everything that changes the catalogue or shows what is not public, and the scope it needs. */
const operations: Readonly<Record<string, { scope: Scope | 'any person'; document: string }>> = {
  createEvent: {
    scope: 'event:write',
    document: `mutation { createEvent(input: { name: "N", slug: "$slug", description: "D",
      organizerId: "$organizer", categoryId: "$category", venueId: "$venue" }) { __typename } }`,
  },
  updateEvent: {
    scope: 'event:write',
    document: 'mutation { updateEvent(id: "$event", input: { name: "N" }) { __typename } }',
  },
  submitEventForReview: {
    scope: 'event:write',
    document: 'mutation { submitEventForReview(id: "$event") { __typename } }',
  },
  returnEventToDraft: {
    scope: 'event:write',
    document: 'mutation { returnEventToDraft(id: "$event") { __typename } }',
  },
  publishEvent: {
    scope: 'event:write',
    document: 'mutation { publishEvent(id: "$event") { __typename } }',
  },
  approveEvent: {
    scope: 'event:approve',
    document: 'mutation { approveEvent(id: "$event") { __typename } }',
  },
  requestEventChanges: {
    scope: 'event:approve',
    document: 'mutation { requestEventChanges(id: "$event", note: "x") { __typename } }',
  },
  cancelEvent: {
    scope: 'event:approve',
    document: 'mutation { cancelEvent(id: "$event", reason: "x") { __typename } }',
  },
  createSchedule: {
    scope: 'event:write',
    document: `mutation { createSchedule(eventId: "$event", input: {
      gatesOpenAt: "2027-01-01T00:00:00Z", startsAt: "2027-01-01T00:00:00Z",
      endsAt: "2027-01-01T02:00:00Z", onSaleAt: "2026-01-01T00:00:00Z",
      offSaleAt: "2027-01-01T00:00:00Z" }) { __typename } }`,
  },
  updateSchedule: {
    scope: 'event:write',
    document:
      'mutation { updateSchedule(id: "$schedule", input: { holdMinutes: 9 }) { __typename } }',
  },
  openSales: {
    scope: 'event:write',
    document: 'mutation { openSales(id: "$schedule") { __typename } }',
  },
  closeSales: {
    scope: 'event:write',
    document: 'mutation { closeSales(id: "$schedule") { __typename } }',
  },
  completeSchedule: {
    scope: 'event:write',
    document: 'mutation { completeSchedule(id: "$schedule") { __typename } }',
  },
  cancelSchedule: {
    scope: 'event:approve',
    document: 'mutation { cancelSchedule(id: "$schedule", reason: "x") { __typename } }',
  },
  createPriceList: {
    scope: 'price:write',
    document: `mutation { createPriceList(input: { scheduleId: "$schedule", currency: MXN,
      items: [{ zoneId: "$zone", priceMinor: 1 }] }) { __typename } }`,
  },
  activatePriceList: {
    scope: 'price:write',
    document: 'mutation { activatePriceList(id: "$list") { __typename } }',
  },
  createPromoCode: {
    scope: 'price:write',
    document: `mutation { createPromoCode(input: { code: "$slug", percentOff: 1,
      validFrom: "2026-01-01T00:00:00Z", validUntil: "2027-01-01T00:00:00Z" }) { __typename } }`,
  },
  disablePromoCode: {
    scope: 'price:write',
    document: 'mutation { disablePromoCode(id: "$code") { __typename } }',
  },
  promoCodes: { scope: 'price:write', document: '{ promoCodes { nodes { __typename } } }' },
  'Schedule.priceLists': {
    scope: 'price:write',
    document: '{ schedule(id: "$schedule") { priceLists { nodes { __typename } } } }',
  },
  checkPromoCode: {
    scope: 'any person',
    document: '{ checkPromoCode(code: "X-1", scheduleId: "$schedule") { __typename } }',
  },
};

interface Asker {
  readonly name: string;
  readonly viewer?: TestViewer;
  readonly scopes: readonly Scope[];
}

const ofRole = (role: Role, { id: userId }: { readonly id: string }): Asker => {
  return { name: role, viewer: { userId, role }, scopes: roleScopes[role] };
};
const askers: readonly Asker[] = [
  { name: 'nobody', scopes: [] },
  ofRole('CUSTOMER', demoAccounts.ana),
  ofRole('SELLER', demoAccounts.seller),
  ofRole('GATE_STAFF', demoAccounts.gateStaff),
  ofRole('SUPERVISOR', demoAccounts.supervisor),
  ofRole('ADMINISTRATOR', demoAccounts.administrator),
  // Each scope alone: one does not stand in for another.
  ...(['event:write', 'event:approve', 'price:write'] as const).map((scope) => ({
    name: `only ${scope}`,
    viewer: { userId: demoAccounts.luis.id, scopes: [scope] },
    scopes: [scope],
  })),
];

let catalogue: SmallCatalogue;
test.before(async () => {
  catalogue = await createSmallCatalogue();
});
test.after.always(() => catalogue?.[Symbol.asyncDispose]());

let slugsTotal = 0;

async function fillIn(document: string): Promise<string> {
  const { organizerId, categoryId, venueId, zoneId } = catalogue.places;
  const { priceList, promoCode } = catalogue.database;
  const event = await catalogue.addEvent('PUBLISHED');
  const schedule = await catalogue.addSchedule(event);
  const { id: list } = await priceList.findFirstOrThrow({ where: { scheduleId: schedule } });
  slugsTotal += 1;
  const slug = `s-${slugsTotal}`;
  const validFrom = new Date('2026-01-01T00:00:00Z');
  const validUntil = new Date('2027-01-01T00:00:00Z');
  const { id: code } = await promoCode.create({
    data: {
      ...{ code: `C-${slugsTotal}`, kind: 'PERCENTAGE', percentOff: 1 },
      ...{ validFrom, validUntil, createdAt: validFrom },
    },
  });
  const values: Readonly<Record<string, string>> = {
    ...{ event, schedule, list, code, slug, zone: zoneId },
    ...{ organizer: organizerId, category: categoryId, venue: venueId },
  };
  return document.replaceAll(/\$(\w+)/g, (_match, name: string) => values[name] ?? '');
}

for (const [name, { scope, document }] of Object.entries(operations)) {
  for (const { name: who, viewer, scopes } of askers) {
    const isAllowed = scope === 'any person' ? viewer !== undefined : scopes.includes(scope);
    const refusal = viewer === undefined ? 'UNAUTHENTICATED' : 'FORBIDDEN';
    test(`${name}: ${who} ${isAllowed ? 'may' : `meets ${refusal}`}`, async (t) => {
      const query = await fillIn(document);
      const rows = await countRows();
      const { errors } = await catalogue.execute({ query, ...(viewer && { viewer }) });
      const codes = errors?.map(({ extensions }) => extensions?.code) ?? [];
      t.deepEqual(codes, isAllowed ? [] : [refusal]);
      if (!isAllowed) t.deepEqual(await countRows(), rows);
    });
  }
}

/** What a refused request must not have changed. */
function countRows() {
  return catalogue.database.auditEntry.findMany({ where: { actorId: demoAccounts.ana.id } });
}

test('the table names every mutation of the catalogue', (t) => {
  const mutations = /type Mutation \{([\s\S]*?)\n\}/.exec(catalogue.sdl)?.[1] ?? '';
  const named = [...mutations.matchAll(/^ {2}(\w+)[(:]/gm)].map((match) => match[1] ?? '');
  const ofCatalogue = named.filter((name) => /Event|Schedule|Sales|PriceList|PromoCode/.test(name));
  t.true(ofCatalogue.length >= 18);
  t.deepEqual(
    ofCatalogue.filter((name) => !(name in operations)),
    [],
  );
});
