import { demoAccounts } from '@plaza/schema/demo-accounts';
import test from 'ava';
import { createSmallCatalogue, type SmallCatalogue } from '../../test/kit/small-catalogue.ts';

const supervisor = { userId: demoAccounts.supervisor.id, role: 'SUPERVISOR' } as const;
const ana = { userId: demoAccounts.ana.id, role: 'CUSTOMER' } as const;

let catalogue: SmallCatalogue;
let eventId: string;
let scheduleId: string;
test.before(async () => {
  catalogue = await createSmallCatalogue();
  eventId = await catalogue.addEvent('PUBLISHED');
  scheduleId = await catalogue.addSchedule(eventId);
});
test.after.always(() => catalogue?.[Symbol.asyncDispose]());

const valid = {
  validFrom: '2026-06-01T00:00:00.000Z',
  validUntil: '2026-07-01T00:00:00.000Z',
};

function create(input: object) {
  const document = `($input: CreatePromoCodeInput!) { createPromoCode(input: $input) {
    __typename ... on PromoCode { id code kind percentOff amountOff { amountMinor currency }
      usesMax usesPerUserMax usesCount event { id } schedule { id } disabledAt }
  } }`;
  return catalogue.mutate(document, supervisor, { input: { ...valid, ...input } });
}

async function check(code: string, viewer: typeof ana | undefined = ana, id = scheduleId) {
  const { data, errors } = await catalogue.execute({
    query: `query ($code: String!, $id: ID!) { checkPromoCode(code: $code, scheduleId: $id) {
      __typename ... on PromoCodeOffer { code kind percentOff amountOff { amountMinor } }
      ... on PromoCodeRefused { obstacle message }
    } }`,
    variables: { code, id },
    viewer,
  });
  return { answer: data?.checkPromoCode, code: errors?.[0]?.extensions?.code };
}

test('makes a code, in upper case, and writes down who did', async (t) => {
  const { result } = await create({ code: ' summer-15 ', percentOff: 15, usesMax: 3, eventId });
  const { id, ...code } = result;
  t.deepEqual(code, {
    ...{ __typename: 'PromoCode', code: 'SUMMER-15', kind: 'PERCENTAGE', percentOff: 15 },
    ...{ amountOff: null, usesMax: 3, usesPerUserMax: null, usesCount: 0 },
    ...{ event: { id: eventId }, schedule: null, disabledAt: null },
  });
  const [entry] = await catalogue.database.auditEntry.findMany({ where: { entityId: id } });
  t.like(entry, { action: 'promo_code.created', actorId: supervisor.userId });
  t.is((await create({ code: 'Summer-15', percentOff: 1 })).outcome, 'PromoCodeTaken');
});

for (const [field, input] of [
  ['code', { code: 'x', percentOff: 1 }],
  ['percentOff', { code: 'BAD' }],
  ['percentOff', { code: 'BAD', percentOff: 101 }],
  ['percentOff', { code: 'BAD', percentOff: 1, amountOffMinor: 1, currency: 'MXN' }],
  ['currency', { code: 'BAD', amountOffMinor: 1 }],
  ['usesMax', { code: 'BAD', percentOff: 1, usesMax: 0 }],
  ['validUntil', { code: 'BAD', percentOff: 1, validUntil: valid.validFrom }],
  ['eventId', { code: 'BAD', percentOff: 1, eventId: demoAccounts.ana.id }],
  ['scheduleId', { code: 'BAD', percentOff: 1, scheduleId: demoAccounts.ana.id }],
] as const) {
  test(`refuses a code with a bad ${field}: ${JSON.stringify(input)}`, async (t) => {
    const { code, message } = await create(input);
    t.is(code, 'BAD_USER_INPUT');
    t.true(message?.includes(field), message);
  });
}

test('tells a customer what a code would do, and why not', async (t) => {
  await create({ code: 'CHECK', amountOffMinor: 5_000, currency: 'MXN', scheduleId });
  t.deepEqual((await check('check')).answer, {
    ...{ __typename: 'PromoCodeOffer', code: 'CHECK', kind: 'AMOUNT', percentOff: null },
    amountOff: { amountMinor: 5_000 },
  });
  t.like((await check('no such')).answer, { obstacle: 'UNKNOWN' });
  t.like((await check('NOSUCH')).answer, { obstacle: 'UNKNOWN' });
  const other = await catalogue.addSchedule(eventId);
  t.like((await check('CHECK', ana, other)).answer, { obstacle: 'ELSEWHERE' });
  const hidden = await catalogue.addSchedule(await catalogue.addEvent());
  t.is((await check('CHECK', ana, hidden)).code, 'BAD_USER_INPUT');
});

test('puts a code out of use, once', async (t) => {
  const { result } = await create({ code: 'STOP', percentOff: 5 });
  const stop = `{ disablePromoCode(id: "${result.id}") { __typename disabledAt } }`;
  const first = await catalogue.mutate(stop, supervisor);
  const again = await catalogue.mutate(stop, supervisor);
  t.not(first.result.disabledAt, null);
  t.deepEqual(again.result, first.result);
  t.like((await check('STOP')).answer, { obstacle: 'UNKNOWN' });
  const actions = await catalogue.database.auditEntry.findMany({
    where: { entityId: result.id },
    orderBy: { id: 'asc' },
  });
  t.deepEqual(
    actions.map(({ action }) => action),
    ['promo_code.created', 'promo_code.disabled'],
  );
});

// By itself: the others make codes between the count and the list.
test.serial('lists the codes newest first', async (t) => {
  await create({ code: 'OLDER', percentOff: 5 });
  await create({ code: 'NEWER', percentOff: 5 });
  const { data } = await catalogue.execute({
    query: '{ promoCodes(first: 100) { totalCount nodes { code } } }',
    viewer: supervisor,
  });
  const codes: string[] = data.promoCodes.nodes.map(({ code }: { code: string }) => code);
  t.true(codes.indexOf('NEWER') < codes.indexOf('OLDER'));
  t.is(data.promoCodes.totalCount, codes.length);
});
