import { demoAccounts } from '@plaza/schema/demo-accounts';
import test from 'ava';
import { createSmallCatalogue, noon, type SmallCatalogue } from '../../test/kit/small-catalogue.ts';

const supervisor = { userId: demoAccounts.supervisor.id, role: 'SUPERVISOR' } as const;

let catalogue: SmallCatalogue;
test.before(async () => {
  catalogue = await createSmallCatalogue();
});
test.after.always(() => catalogue?.[Symbol.asyncDispose]());

async function addBareSchedule(): Promise<string> {
  return catalogue.addSchedule(await catalogue.addEvent('PUBLISHED'), { isPriced: false });
}

const selection = `__typename ... on PricesFixed { message }
  ... on PriceList { id version status currency activatedAt archivedAt
    items { nodes { zone { id } section { id } total { amountMinor currency } } } }`;

function create(scheduleId: string, items: readonly object[], currency = 'MXN') {
  const document = `($input: CreatePriceListInput!) { createPriceList(input: $input) {
    ${selection}
  } }`;
  return catalogue.mutate(document, supervisor, { input: { scheduleId, currency, items } });
}

function activate(id: string) {
  return catalogue.mutate(`{ activatePriceList(id: "${id}") { ${selection} } }`, supervisor);
}

async function read(scheduleId: string) {
  const { data } = await catalogue.execute({
    query: `{ schedule(id: "${scheduleId}") {
      priceList { version } priceFrom { amountMinor }
      priceLists { totalCount nodes { version status } }
    } }`,
    viewer: supervisor,
  });
  return data.schedule;
}

test('writes versions, puts one in force and archives the one before', async (t) => {
  const { zoneId, sectionId } = catalogue.places;
  const scheduleId = await addBareSchedule();
  const price = { priceMinor: 10_000, feeMinor: 500, taxMinor: 80 };
  const { result: first } = await create(scheduleId, [
    { zoneId, ...price },
    { sectionId, priceMinor: 20_000 },
  ]);
  t.like(first, { version: 1, status: 'ARCHIVED', currency: 'MXN', activatedAt: null });
  const byTotal = (one: { total: { amountMinor: number } }, other: typeof one) =>
    one.total.amountMinor - other.total.amountMinor;
  t.deepEqual(first.items.nodes.toSorted(byTotal), [
    { zone: { id: zoneId }, section: null, total: { amountMinor: 10_580, currency: 'MXN' } },
    { zone: null, section: { id: sectionId }, total: { amountMinor: 20_000, currency: 'MXN' } },
  ]);
  t.like(await read(scheduleId), { priceList: null, priceFrom: null });
  const active = await activate(first.id);
  t.like(active.result, { status: 'ACTIVE', activatedAt: noon.toISOString(), archivedAt: null });
  const { result: second } = await create(scheduleId, [{ zoneId, priceMinor: 9_000 }], 'USD');
  t.like(await read(scheduleId), { priceList: { version: 1 }, priceFrom: { amountMinor: 10_580 } });
  t.like((await activate(second.id)).result, { version: 2, status: 'ACTIVE' });
  t.deepEqual(await read(scheduleId), {
    priceList: { version: 2 },
    priceFrom: { amountMinor: 9_000 },
    priceLists: {
      totalCount: 2,
      nodes: [
        { version: 2, status: 'ACTIVE' },
        { version: 1, status: 'ARCHIVED' },
      ],
    },
  });
  t.like((await activate(first.id)).result, { version: 1, status: 'ACTIVE', archivedAt: null });
  const entries = await catalogue.database.auditEntry.findMany({
    where: { entityId: first.id },
    orderBy: { id: 'asc' },
  });
  t.deepEqual(
    entries.map(({ action, before }) => [action, before]),
    [
      ['price_list.created', null],
      ['price_list.activated', { activePriceListId: null }],
      ['price_list.activated', { activePriceListId: second.id }],
    ],
  );
});

test('counts versions and keeps one in force however many write and activate at once', async (t) => {
  const { zoneId } = catalogue.places;
  const scheduleId = await addBareSchedule();
  const lists = await Promise.all(
    [...Array(8).keys()].map((index) => create(scheduleId, [{ zoneId, priceMinor: index }])),
  );
  const versions = lists.map(({ result }) => result.version).toSorted();
  t.deepEqual(versions, [1, 2, 3, 4, 5, 6, 7, 8]);
  const activated = await Promise.all(lists.map(({ result }) => activate(result.id)));
  t.true(activated.every(({ outcome }) => outcome === 'PriceList'));
  const rows = await catalogue.database.priceList.findMany({ where: { scheduleId } });
  t.is(rows.filter(({ status }) => status === 'ACTIVE').length, 1);
  t.is(rows.filter(({ archivedAt }) => archivedAt !== null).length, 7);
});

test('leaves a version in force that is activated again', async (t) => {
  const scheduleId = await addBareSchedule();
  const { result } = await create(scheduleId, [{ zoneId: catalogue.places.zoneId, priceMinor: 1 }]);
  await activate(result.id);
  t.like((await activate(result.id)).result, { status: 'ACTIVE' });
  t.is(await catalogue.database.auditEntry.count({ where: { entityId: result.id } }), 2);
});

test('sets no prices for a performance that is over', async (t) => {
  const scheduleId = await addBareSchedule();
  const items = [{ zoneId: catalogue.places.zoneId, priceMinor: 1 }];
  const { result } = await create(scheduleId, items);
  await catalogue.mutate(`{ closeSales(id: "${scheduleId}") { __typename } }`, supervisor);
  t.is((await create(scheduleId, items)).outcome, 'PricesFixed');
  t.is((await activate(result.id)).outcome, 'PricesFixed');
});

test('refuses prices of nothing, of a place twice, of elsewhere, and below zero', async (t) => {
  const { zoneId, sectionId, elsewhere } = catalogue.places;
  const scheduleId = await addBareSchedule();
  for (const items of [
    [],
    [{ priceMinor: 1 }],
    [{ zoneId, sectionId, priceMinor: 1 }],
    [
      { zoneId, priceMinor: 1 },
      { zoneId, priceMinor: 2 },
    ],
    [{ zoneId: elsewhere.zoneId, priceMinor: 1 }],
    [{ sectionId: elsewhere.sectionId, priceMinor: 1 }],
    [{ zoneId: sectionId, priceMinor: 1 }],
    [{ zoneId, priceMinor: -1 }],
    [{ zoneId, priceMinor: 500_000_001 }],
  ]) {
    const { code, message } = await create(scheduleId, items);
    t.is(code, 'BAD_USER_INPUT', JSON.stringify(items));
    t.regex(message ?? '', /^items/);
  }
  t.is((await create(demoAccounts.ana.id, [{ zoneId, priceMinor: 1 }])).code, 'BAD_USER_INPUT');
  t.is((await activate(demoAccounts.ana.id)).code, 'BAD_USER_INPUT');
  t.is(await catalogue.database.priceList.count({ where: { scheduleId } }), 0);
});
