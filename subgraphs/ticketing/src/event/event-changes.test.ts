import { demoAccounts } from '@plaza/schema/demo-accounts';
import test from 'ava';
import { createSmallCatalogue, noon, type SmallCatalogue } from '../../test/kit/small-catalogue.ts';

const supervisor = { userId: demoAccounts.supervisor.id, role: 'SUPERVISOR' } as const;
const administrator = { userId: demoAccounts.administrator.id, role: 'ADMINISTRATOR' } as const;

let catalogue: SmallCatalogue;
test.before(async () => {
  catalogue = await createSmallCatalogue();
});
test.after.always(() => catalogue?.[Symbol.asyncDispose]());

const selection = `__typename
  ... on Event { id slug name subtitle description status publishedAt cancelledAt cancelReason
    reviewNote submittedBy { id } organizer { slug } venue { slug } }`;
const conflict = '... on EventStatusConflict { message status allowed }';

function create(input: object) {
  const { organizerId, categoryId, venueId } = catalogue.places;
  const document = `($input: CreateEventInput!) { createEvent(input: $input) {
    ${selection} ... on EventSlugTaken { slug }
  } }`;
  const owners = { organizerId, categoryId, venueId };
  return catalogue.mutate(document, supervisor, {
    input: { name: 'Event', description: 'Text.', ...owners, ...input },
  });
}

function update(id: string, input: object) {
  const document = `($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) {
    ${selection} ... on EventFieldsLocked { message status fields }
  } }`;
  return catalogue.mutate(document, supervisor, { id, input });
}

function move(call: string, id: string, viewer: typeof supervisor | typeof administrator) {
  const [name, argument = ''] = call.split(' ', 2);
  return catalogue.mutate(
    `{ ${name}(id: "${id}" ${argument}) { ${selection} ${conflict} } }`,
    viewer,
  );
}

function auditOf(entityId: string) {
  return catalogue.database.auditEntry.findMany({ where: { entityId }, orderBy: { id: 'asc' } });
}

test('goes from a draft through a review to the public, and writes down who did what', async (t) => {
  const { result } = await create({ name: 'Año Nuevo: ¡Fiesta!' });
  t.like(result, {
    ...{ __typename: 'Event', slug: 'ano-nuevo-fiesta', status: 'DRAFT', submittedBy: null },
    ...{ organizer: { slug: 'club' }, venue: { slug: 'here' } },
  });
  const { id } = result;
  const submitted = await move('submitEventForReview', id, supervisor);
  t.like(submitted.result, { status: 'PENDING_REVIEW', submittedBy: { id: supervisor.userId } });
  const returned = await move('requestEventChanges note:"Shorter"', id, administrator);
  t.like(returned.result, { status: 'CHANGES_REQUESTED', reviewNote: 'Shorter' });
  const changed = await update(id, { name: 'Fiesta', subtitle: null });
  t.like(changed.result, { name: 'Fiesta', slug: 'ano-nuevo-fiesta' });
  const again = await move('submitEventForReview', id, supervisor);
  t.like(again.result, { status: 'PENDING_REVIEW', reviewNote: null });
  t.like((await move('approveEvent', id, administrator)).result, { status: 'APPROVED' });
  const published = await move('publishEvent', id, supervisor);
  t.like(published.result, { status: 'PUBLISHED', publishedAt: noon.toISOString() });
  const entries = await auditOf(id);
  t.deepEqual(
    entries.map(({ action, actorId }) => [action, actorId === administrator.userId]),
    [
      ['event.created', false],
      ['event.submitted', false],
      ['event.changes_requested', true],
      ['event.updated', false],
      ['event.submitted', false],
      ['event.approved', true],
      ['event.published', false],
    ],
  );
  t.like(entries[3], { before: { name: 'Año Nuevo: ¡Fiesta!' }, after: { name: 'Fiesta' } });
  t.like(entries[6], { before: { status: 'APPROVED' }, after: { status: 'PUBLISHED' } });
});

test('keeps who submitted an event from approving it', async (t) => {
  const id = await catalogue.addEvent();
  await move('submitEventForReview', id, supervisor);
  const own = await catalogue.mutate(
    `{ approveEvent(id: "${id}") { __typename ... on OwnEventReview { message } } }`,
    supervisor,
  );
  t.is(own.outcome, 'OwnEventReview');
  t.is((await move('approveEvent', id, administrator)).outcome, 'Event');
});

test('says which states may come next where a move does not exist', async (t) => {
  const id = await catalogue.addEvent();
  const { result } = await move('publishEvent', id, supervisor);
  t.like(result, { __typename: 'EventStatusConflict', status: 'DRAFT' });
  t.deepEqual(result.allowed, ['PENDING_REVIEW', 'CANCELLED']);
  await move('cancelEvent reason:"Rain"', id, supervisor);
  const final = await move('submitEventForReview', id, supervisor);
  t.like(final.result, { status: 'CANCELLED', allowed: [] });
});

test('cancels the performances that have not taken place, and tells the others', async (t) => {
  const heard = await catalogue.messaging.collect(['schedule.cancelled']);
  const id = await catalogue.addEvent('PUBLISHED');
  const [open, draft, over] = [
    await catalogue.addSchedule(id),
    await catalogue.addSchedule(id),
    await catalogue.addSchedule(id),
  ];
  const { schedule } = catalogue.database;
  const move1 = (to: 'ON_SALE' | 'COMPLETED', key: string) =>
    schedule.update({ where: { id: key }, data: { status: to } });
  await move1('ON_SALE', open);
  await move1('ON_SALE', over);
  await move1('COMPLETED', over);
  const { result } = await move('cancelEvent reason:"Rain"', id, supervisor);
  t.like(result, {
    ...{ status: 'CANCELLED', cancelReason: 'Rain', cancelledAt: noon.toISOString() },
    publishedAt: noon.toISOString(),
  });
  const after = await schedule.findMany({
    where: { eventId: id },
    include: { cancellation: true },
    orderBy: { id: 'asc' },
  });
  t.deepEqual(
    after.map((one) => [one.id, one.status, one.cancellation?.requestedBy]),
    [
      [open, 'CLOSED', supervisor.userId],
      [draft, 'CLOSED', supervisor.userId],
      [over, 'COMPLETED', undefined],
    ],
  );
  await heard.waitFor('schedule.cancelled', ({ scheduleId }) => scheduleId === open);
  await heard.waitFor('schedule.cancelled', ({ scheduleId }) => scheduleId === draft);
  t.false(heard.all.some(({ payload }) => JSON.stringify(payload).includes(over)));
  const entry = (await auditOf(open)).find(({ action }) => action === 'schedule.cancelled');
  t.like(entry, { actorId: supervisor.userId, after: { status: 'CLOSED', cancelReason: 'Rain' } });
});

test('leaves texts open after the review, and nothing during it', async (t) => {
  const id = await catalogue.addEvent();
  await move('submitEventForReview', id, supervisor);
  const during = await update(id, { description: 'New' });
  t.like(during.result, { __typename: 'EventFieldsLocked', status: 'PENDING_REVIEW' });
  t.deepEqual(during.result.fields, ['description']);
  await move('approveEvent', id, administrator);
  t.like((await update(id, { description: 'New' })).result, { description: 'New' });
  const after = await update(id, { description: 'Newer', name: 'Other', ageRestriction: 'NONE' });
  t.deepEqual(after.result.fields.toSorted(), ['ageRestriction', 'name']);
  const row = await catalogue.database.event.findUniqueOrThrow({ where: { id } });
  t.like(row, { name: 'Concert', description: 'New' });
});

test('keeps an event at the venue of its performances', async (t) => {
  const { venueId } = catalogue.places.elsewhere;
  const id = await catalogue.addEvent();
  t.like((await update(id, { venueId })).result, { venue: { slug: 'elsewhere' } });
  await catalogue.addSchedule(id, { isPriced: false });
  const { result } = await update(id, { venueId: catalogue.places.venueId, subtitle: 'New' });
  t.like(result, { __typename: 'EventFieldsLocked', fields: ['venueId'] });
  const row = await catalogue.database.event.findUniqueOrThrow({ where: { id } });
  t.like(row, { venueId, subtitle: null });
});

test('gives a name in URLs to one event', async (t) => {
  const [first, second] = await Promise.all([create({ slug: 'one' }), create({ slug: 'one' })]);
  const outcomes = [first.outcome, second.outcome].toSorted();
  t.deepEqual(outcomes, ['Event', 'EventSlugTaken']);
});

for (const [field, input] of [
  ['name', { name: '  ' }],
  ['slug', { slug: 'Not A Slug' }],
  ['slug', { name: '¿¡!?' }],
  ['bannerUrl', { bannerUrl: 'javascript:alert(1)' }],
  ['posterUrl', { posterUrl: 'http://images.example/a.jpg' }],
  ['securityPolicies', { securityPolicies: Array(11).fill('x') }],
  ['venueId', { venueId: demoAccounts.ana.id }],
  ['organizerId', { organizerId: 'x' }],
] as const) {
  test(`refuses an event with a bad ${field}: ${JSON.stringify(input).slice(0, 50)}`, async (t) => {
    const { code, message } = await create(input);
    t.is(code, 'BAD_USER_INPUT');
    t.true(message?.includes(field), message);
  });
}

test('refuses changes of nothing, to nothing, and of no event', async (t) => {
  const id = await catalogue.addEvent();
  for (const answer of [
    await update(id, {}),
    await update(id, { name: null }),
    await update(demoAccounts.ana.id, { name: 'x' }),
    await move('publishEvent', demoAccounts.ana.id, supervisor),
    await move('cancelEvent reason:""', id, supervisor),
  ]) {
    t.is(answer.code, 'BAD_USER_INPUT', answer.message);
  }
});

test('keeps reviews from the public', async (t) => {
  const id = await catalogue.addEvent();
  await move('submitEventForReview', id, supervisor);
  await move('requestEventChanges note:"Secret"', id, administrator);
  await move('submitEventForReview', id, supervisor);
  await move('approveEvent', id, administrator);
  await move('publishEvent', id, supervisor);
  await catalogue.database.event.update({ where: { id }, data: { reviewNote: 'Secret' } });
  const query = `{ event(id: "${id}") { reviewNote submittedBy { id } } }`;
  const { data } = await catalogue.execute({ query });
  t.deepEqual(data.event, { reviewNote: null, submittedBy: null });
  const staff = await catalogue.execute({ query, viewer: supervisor });
  t.is(staff.data.event.reviewNote, 'Secret');
});
