import { demoAccounts } from '@plaza/schema/demo-accounts';
import test from 'ava';
import { createSmallCatalogue, noon, type SmallCatalogue } from '../../test/kit/small-catalogue.ts';

const supervisor = { userId: demoAccounts.supervisor.id, role: 'SUPERVISOR' } as const;

let catalogue: SmallCatalogue;
test.before(async () => {
  catalogue = await createSmallCatalogue();
});
test.after.always(() => catalogue?.[Symbol.asyncDispose]());

const at = (hour: number): string => new Date(noon.getTime() + hour * 3_600_000).toISOString();

const times = {
  gatesOpenAt: at(9),
  startsAt: at(10),
  endsAt: at(12),
  presaleStartsAt: at(1),
  presaleEndsAt: at(2),
  onSaleAt: at(2),
  offSaleAt: at(12),
};

function create(eventId: string, input: object) {
  const document = `($id: ID!, $input: CreateScheduleInput!) {
    createSchedule(eventId: $id, input: $input) {
      __typename ... on EventIsCancelled { message }
      ... on Schedule { id status startsAt offSaleAt holdMinutes event { id } priceList { id } }
    } }`;
  return catalogue.mutate(document, supervisor, { id: eventId, input: { ...times, ...input } });
}

function update(id: string, input: object) {
  const document = `($id: ID!, $input: UpdateScheduleInput!) {
    updateSchedule(id: $id, input: $input) {
      __typename ... on Schedule { startsAt offSaleAt holdMinutes publishedAt presaleStartsAt }
      ... on ScheduleFieldsLocked { status fields }
    } }`;
  return catalogue.mutate(document, supervisor, { id, input });
}

function move(call: string, id: string) {
  const [name, argument = ''] = call.split(' ', 2);
  const selection = `__typename ... on Schedule { status cancelledAt cancelReason salePhase }
    ... on ScheduleStatusConflict { status allowed message }`;
  const more = name === 'openSales' ? '... on SaleNotReady { obstacle }' : '';
  return catalogue.mutate(
    `{ ${name}(id: "${id}" ${argument}) { ${selection} ${more} } }`,
    supervisor,
  );
}

test('adds a performance to an event, as a draft, unless the event is cancelled', async (t) => {
  const eventId = await catalogue.addEvent();
  const { result } = await create(eventId, {});
  const { id, ...schedule } = result;
  t.deepEqual(schedule, {
    ...{ __typename: 'Schedule', status: 'DRAFT', startsAt: times.startsAt },
    ...{ offSaleAt: times.offSaleAt, holdMinutes: 5, event: { id: eventId }, priceList: null },
  });
  const [entry] = await catalogue.database.auditEntry.findMany({ where: { entityId: id } });
  t.like(entry, { action: 'schedule.created', actorId: supervisor.userId });
  await catalogue.mutate(
    `{ cancelEvent(id: "${eventId}", reason: "x") { __typename } }`,
    supervisor,
  );
  const late = await create(eventId, {});
  t.is(late.outcome, 'EventIsCancelled');
});

for (const [field, input] of [
  ['endsAt', { endsAt: at(10) }],
  ['gatesOpenAt', { gatesOpenAt: at(10.1) }],
  ['gatesOpenAt', { gatesOpenAt: at(-14.1) }],
  ['endsAt', { endsAt: at(58.1) }],
  ['offSaleAt', { offSaleAt: at(2) }],
  ['offSaleAt', { offSaleAt: at(12.1) }],
  ['presaleStartsAt', { presaleStartsAt: null }],
  ['presaleEndsAt', { presaleEndsAt: null }],
  ['presaleEndsAt', { presaleEndsAt: at(1) }],
  ['presaleEndsAt', { presaleEndsAt: at(2.1) }],
  ['holdMinutes', { holdMinutes: 0 }],
  ['holdMinutes', { holdMinutes: 1441 }],
] as const) {
  test(`refuses ${JSON.stringify(input)}, in a new performance and in one that changes`, async (t) => {
    const eventId = await catalogue.addEvent();
    const created = await create(eventId, input);
    t.is(created.code, 'BAD_USER_INPUT');
    t.true(created.message?.startsWith(`${field}: `), created.message);
    const { result } = await create(eventId, { holdMinutes: 1440 });
    const updated = await update(result.id, input);
    t.is(updated.code, 'BAD_USER_INPUT');
    t.true(updated.message?.startsWith(`${field}: `), updated.message);
  });
}

test('leaves sale dates open while it is on sale, and nothing afterwards', async (t) => {
  const id = await catalogue.addSchedule(await catalogue.addEvent('PUBLISHED'));
  t.like((await update(id, { startsAt: at(23.5) })).result, { startsAt: at(23.5) });
  t.is((await move('openSales', id)).outcome, 'Schedule');
  t.like((await update(id, { holdMinutes: 10, offSaleAt: at(20) })).result, { holdMinutes: 10 });
  const sold = await update(id, { startsAt: at(22), holdMinutes: 11 });
  t.deepEqual(sold.result, {
    __typename: 'ScheduleFieldsLocked',
    status: 'ON_SALE',
    fields: ['startsAt'],
  });
  await move('closeSales', id);
  t.like((await update(id, { holdMinutes: 11 })).result, { fields: ['holdMinutes'] });
  const row = await catalogue.database.schedule.findUniqueOrThrow({ where: { id } });
  t.is(row.holdMinutes, 10);
  const entries = await catalogue.database.auditEntry.findMany({
    where: { entityId: id, action: 'schedule.updated' },
    orderBy: { id: 'asc' },
  });
  t.like(entries[1], { before: { holdMinutes: 5 }, after: { holdMinutes: 10 } });
  t.is(entries.length, 2);
});

test('opens a sale only with prices and for an event that is no draft and not cancelled', async (t) => {
  const eventId = await catalogue.addEvent();
  const id = await catalogue.addSchedule(eventId);
  t.like((await move('openSales', id)).result, { obstacle: 'EVENT_DRAFT' });
  await catalogue.mutate(`{ submitEventForReview(id: "${eventId}") { __typename } }`, supervisor);
  const bare = await catalogue.addSchedule(eventId, { isPriced: false });
  t.like((await move('openSales', bare)).result, { obstacle: 'NO_PRICES' });
  t.like((await move('openSales', id)).result, { status: 'ON_SALE', salePhase: 'ON_SALE' });
  const again = await move('openSales', id);
  t.like(again.result, { __typename: 'ScheduleStatusConflict', status: 'ON_SALE' });
  t.deepEqual(again.result.allowed, ['CLOSED', 'COMPLETED']);
});

test('completes a performance once it has begun', async (t) => {
  const id = await catalogue.addSchedule(await catalogue.addEvent('PUBLISHED'));
  await move('openSales', id);
  t.is((await move('completeSchedule', id)).outcome, 'ScheduleNotBegun');
  const past = new Date(noon.getTime() - 1);
  await catalogue.database.schedule.update({
    where: { id },
    data: { startsAt: past, gatesOpenAt: past },
  });
  t.like((await move('completeSchedule', id)).result, { status: 'COMPLETED' });
  const { result } = await move('cancelSchedule reason:"x"', id);
  t.like(result, { __typename: 'ScheduleStatusConflict', allowed: [] });
});

test('cancels a performance for good, once, and has its orders undone', async (t) => {
  const heard = await catalogue.messaging.collect(['schedule.cancelled']);
  const eventId = await catalogue.addEvent('PUBLISHED');
  const id = await catalogue.addSchedule(eventId);
  await move('openSales', id);
  const answers = await Promise.all(
    [...Array(5)].map(() => move('cancelSchedule reason:"Rain"', id)),
  );
  const cancelled = answers.filter(({ outcome }) => outcome === 'Schedule');
  t.is(cancelled.length, 1);
  t.like(cancelled[0]?.result, {
    ...{ status: 'CLOSED', cancelledAt: noon.toISOString(), cancelReason: 'Rain' },
    salePhase: 'ENDED',
  });
  const completing = await move('completeSchedule', id);
  t.like(completing.result, { __typename: 'ScheduleStatusConflict', allowed: [] });
  t.regex(completing.result.message, /cancelled/);
  const message = await heard.waitFor('schedule.cancelled', ({ scheduleId }) => scheduleId === id);
  t.deepEqual(message.payload, { scheduleId: id, eventId });
  const asked = await catalogue.database.scheduleCancellation.findUniqueOrThrow({
    where: { scheduleId: id },
  });
  t.is(asked.requestedBy, supervisor.userId);
  const entries = await catalogue.database.auditEntry.findMany({
    where: { entityId: id, action: 'schedule.cancelled' },
  });
  t.is(entries.length, 1);
});

test('refuses moves and changes of no performance', async (t) => {
  const { id } = demoAccounts.ana;
  for (const answer of [
    await create(id, {}),
    await update(id, { holdMinutes: 5 }),
    await update(await catalogue.addSchedule(await catalogue.addEvent()), {}),
    await move('openSales', id),
    await move('cancelSchedule reason:"x"', id),
  ]) {
    t.is(answer.code, 'BAD_USER_INPUT', answer.message);
  }
});
