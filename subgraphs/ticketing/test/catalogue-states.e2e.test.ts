import type { TestViewer } from '@plaza/kit/test-kit/test-tokens';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import { type Role, roleScopes, type Scope } from '@plaza/schema/scopes';
import test from 'ava';
import { createSmallCatalogue, noon, type SmallCatalogue } from './kit/small-catalogue.ts';

/*
 * Random calls by random people, compared call by call with a model that was written from the drawings
 * of the state machines and not from the code.
 */

type EventStatus =
  | 'DRAFT'
  | 'PENDING_REVIEW'
  | 'CHANGES_REQUESTED'
  | 'APPROVED'
  | 'PUBLISHED'
  | 'CANCELLED';
type ScheduleStatus = 'DRAFT' | 'ON_SALE' | 'CLOSED' | 'COMPLETED';

/** Every arrow of the drawing, and no other. */
const drawnEventArrows: readonly string[] = [
  'DRAFT>PENDING_REVIEW',
  'DRAFT>CANCELLED',
  'PENDING_REVIEW>DRAFT',
  'PENDING_REVIEW>APPROVED',
  'PENDING_REVIEW>CHANGES_REQUESTED',
  'PENDING_REVIEW>CANCELLED',
  'CHANGES_REQUESTED>DRAFT',
  'CHANGES_REQUESTED>PENDING_REVIEW',
  'CHANGES_REQUESTED>CANCELLED',
  'APPROVED>PUBLISHED',
  'APPROVED>CANCELLED',
  'PUBLISHED>CANCELLED',
];
const drawnScheduleArrows: readonly string[] = [
  'DRAFT>ON_SALE',
  'DRAFT>CLOSED',
  'ON_SALE>CLOSED',
  'ON_SALE>COMPLETED',
  'CLOSED>COMPLETED',
];

/** What each mutation is for: where it leads and what it takes. */
const eventCalls = {
  submitEventForReview: { to: 'PENDING_REVIEW', scope: 'event:write', argument: '' },
  returnEventToDraft: { to: 'DRAFT', scope: 'event:write', argument: '' },
  requestEventChanges: { to: 'CHANGES_REQUESTED', scope: 'event:approve', argument: 'note: "x"' },
  approveEvent: { to: 'APPROVED', scope: 'event:approve', argument: '' },
  publishEvent: { to: 'PUBLISHED', scope: 'event:write', argument: '' },
  cancelEvent: { to: 'CANCELLED', scope: 'event:approve', argument: 'reason: "x"' },
} as const satisfies Record<string, { to: EventStatus; scope: Scope; argument: string }>;
const scheduleCalls = {
  openSales: { to: 'ON_SALE', scope: 'event:write', argument: '' },
  closeSales: { to: 'CLOSED', scope: 'event:write', argument: '' },
  completeSchedule: { to: 'COMPLETED', scope: 'event:write', argument: '' },
  cancelSchedule: { to: 'CLOSED', scope: 'event:approve', argument: 'reason: "x"' },
} as const satisfies Record<string, { to: ScheduleStatus; scope: Scope; argument: string }>;
const calls = { ...eventCalls, ...scheduleCalls };
type Call = keyof typeof calls;

const people: readonly (TestViewer & { readonly role: Role })[] = [
  { userId: demoAccounts.administrator.id, role: 'ADMINISTRATOR' },
  { userId: demoAccounts.supervisor.id, role: 'SUPERVISOR' },
  { userId: demoAccounts.seller.id, role: 'SELLER' },
  { userId: demoAccounts.ana.id, role: 'CUSTOMER' },
];

interface Model {
  event: EventStatus;
  submittedBy: string | null;
  schedule: ScheduleStatus;
  isScheduleCancelled: boolean;
  hasBegun: boolean;
  /** Public from then on, also when it is cancelled. */
  wasPublished: boolean;
}

/** What the call has to answer; changes the model as the call has to change the event. */
function predict(model: Model, call: Call, person: (typeof people)[number] | undefined): string {
  if (person === undefined) return 'UNAUTHENTICATED';
  const scopes: readonly Scope[] = roleScopes[person.role];
  if (!scopes.includes(calls[call].scope)) return 'FORBIDDEN';
  if (call in eventCalls) return predictEvent(model, call as keyof typeof eventCalls, person);
  return predictSchedule(model, call as keyof typeof scheduleCalls);
}

function predictEvent(model: Model, call: keyof typeof eventCalls, { userId }: TestViewer): string {
  const { to } = eventCalls[call];
  if (!drawnEventArrows.includes(`${model.event}>${to}`)) return 'EventStatusConflict';
  if (to === 'APPROVED' && model.submittedBy === userId) return 'OwnEventReview';
  if (to === 'DRAFT' && model.schedule === 'ON_SALE') return 'EventOnSale';
  model.event = to;
  if (to === 'PUBLISHED') model.wasPublished = true;
  if (to === 'PENDING_REVIEW') model.submittedBy = userId;
  if (to === 'CANCELLED' && model.schedule !== 'COMPLETED') {
    model.schedule = 'CLOSED';
    model.isScheduleCancelled = true;
  }
  return 'Event';
}

function predictSchedule(model: Model, call: keyof typeof scheduleCalls): string {
  if (model.isScheduleCancelled) return 'ScheduleStatusConflict';
  if (call === 'cancelSchedule') {
    if (model.schedule === 'COMPLETED') return 'ScheduleStatusConflict';
    model.schedule = 'CLOSED';
    model.isScheduleCancelled = true;
    return 'Schedule';
  }
  const { to } = scheduleCalls[call];
  if (!drawnScheduleArrows.includes(`${model.schedule}>${to}`)) return 'ScheduleStatusConflict';
  if (to === 'ON_SALE' && ['DRAFT', 'CANCELLED'].includes(model.event)) return 'SaleNotReady';
  if (to === 'COMPLETED' && !model.hasBegun) return 'ScheduleNotBegun';
  model.schedule = to;
  return 'Schedule';
}

let catalogue: SmallCatalogue;
test.before(async () => {
  catalogue = await createSmallCatalogue();
});
test.after.always(() => catalogue?.[Symbol.asyncDispose]());

function run(call: Call, ids: { event: string; schedule: string }, viewer?: TestViewer) {
  const id = call in eventCalls ? ids.event : ids.schedule;
  const { argument } = calls[call];
  return catalogue.mutate(`{ ${call}(id: "${id}" ${argument}) { __typename } }`, viewer);
}

async function readStates(ids: { event: string; schedule: string }) {
  const { database } = catalogue;
  const event = await database.event.findUniqueOrThrow({ where: { id: ids.event } });
  const schedule = await database.schedule.findUniqueOrThrow({
    where: { id: ids.schedule },
    include: { cancellation: true },
  });
  return { event, schedule };
}

/** A small generator of random numbers below a bound: the same ones for the same seed. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const sequencesTotal = 40;
const callsPerSequence = 20;

test.serial('no sequence of calls reaches a state or an arrow that is not drawn', async (t) => {
  t.timeout(300_000);
  const seed = Date.now() % 1_000_000;
  t.log(`seed ${seed}`);
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item;
  const seen = new Set<string>();
  const changes = { total: 0 };
  const audited = await catalogue.database.auditEntry.count();
  for (let sequence = 0; sequence < sequencesTotal; sequence += 1) {
    const event = await catalogue.addEvent();
    const ids = { event, schedule: await catalogue.addSchedule(event) };
    const model: Model = {
      event: 'DRAFT',
      submittedBy: null,
      schedule: 'DRAFT',
      isScheduleCancelled: false,
      hasBegun: random(2) === 0,
      wasPublished: false,
    };
    catalogue.clock.now = new Date(noon.getTime() + (model.hasBegun ? 24 : 0) * 3_600_000);
    const history: string[] = [];
    for (let step = 0; step < callsPerSequence; step += 1) {
      const before = { ...model };
      // Endings are rare, so that sequences go on; those with scopes are more than the others.
      const ending = random(8) === 0;
      const isEnding = (call: Call) => call.startsWith('cancel');
      const call = pick((Object.keys(calls) as Call[]).filter((one) => isEnding(one) === ending));
      const person = random(4) > 0 ? pick(people.slice(0, 2)) : pick([...people, undefined]);
      const expected = predict(model, call, person);
      const answer = await run(call, ids, person);
      history.push(`${person?.role ?? 'nobody'} ${call}: ${answer.outcome ?? answer.code}`);
      const context = `seed ${seed}: ${history.join(', ')}`;
      t.is(answer.outcome ?? answer.code, expected, context);
      const { event: eventRow, schedule: scheduleRow } = await readStates(ids);
      t.is(eventRow.status, model.event, context);
      t.is(scheduleRow.status, model.schedule, context);
      t.is(scheduleRow.cancelledAt !== null, model.isScheduleCancelled, context);
      t.is(scheduleRow.cancellation !== null, model.isScheduleCancelled, context);
      t.is(eventRow.publishedAt !== null, model.wasPublished, context);
      if (before.event !== eventRow.status) {
        const arrow = `${before.event}>${eventRow.status}`;
        t.true(drawnEventArrows.includes(arrow), context);
        seen.add(`event ${arrow}`);
      }
      if (before.schedule !== scheduleRow.status) {
        const arrow = `${before.schedule}>${scheduleRow.status}`;
        t.true(drawnScheduleArrows.includes(arrow), context);
        seen.add(`schedule ${arrow}`);
      }
      if (expected === 'Event' || expected === 'Schedule') changes.total += 1;
    }
  }
  catalogue.clock.now = noon;
  t.log(`${seen.size} of ${drawnEventArrows.length + drawnScheduleArrows.length} arrows walked`);
  t.true(seen.size > 12);
  t.true((await catalogue.database.auditEntry.count()) - audited >= changes.total);
});

test.serial('one of several rivals moves an event, the others are told where it is', async (t) => {
  const [administrator, supervisor] = people;
  for (let round = 0; round < 5; round += 1) {
    const event = await catalogue.addEvent();
    const ids = { event, schedule: event };
    t.is((await run('submitEventForReview', ids, supervisor)).outcome, 'Event');
    const rivals = [...Array(8).keys()].map((index) =>
      run(index % 2 === 0 ? 'approveEvent' : 'requestEventChanges', ids, administrator),
    );
    const outcomes = (await Promise.all(rivals)).map(({ outcome }) => outcome);
    t.is(outcomes.filter((outcome) => outcome === 'Event').length, 1);
    t.is(outcomes.filter((outcome) => outcome === 'EventStatusConflict').length, 7);
    const entries = await catalogue.database.auditEntry.count({ where: { entityId: event } });
    t.is(entries, 2);
  }
});

test.serial('leaves no sale open under an event that is cancelled meanwhile', async (t) => {
  const [administrator, supervisor] = people;
  for (let round = 0; round < 10; round += 1) {
    const event = await catalogue.addEvent('PUBLISHED');
    const ids = { event, schedule: await catalogue.addSchedule(event) };
    const [cancelled, opened] = await Promise.all([
      run('cancelEvent', ids, administrator),
      run('openSales', ids, supervisor),
    ]);
    t.is(cancelled.outcome, 'Event');
    t.true(['Schedule', 'SaleNotReady', 'ScheduleStatusConflict'].includes(opened.outcome ?? ''));
    const { schedule } = await readStates(ids);
    t.like(schedule, { status: 'CLOSED', cancelReason: 'x' });
    t.not(schedule.cancellation, null);
  }
});

test.serial('leaves no sale open under an event that goes back to draft meanwhile', async (t) => {
  const [administrator, supervisor] = people;
  for (let round = 0; round < 10; round += 1) {
    const event = await catalogue.addEvent();
    const ids = { event, schedule: await catalogue.addSchedule(event) };
    await run('submitEventForReview', ids, supervisor);
    const answers = await Promise.all([
      run('returnEventToDraft', ids, administrator),
      run('openSales', ids, supervisor),
    ]);
    const outcomes = answers.map(({ outcome }) => outcome).join(' ');
    t.true(['Event SaleNotReady', 'EventOnSale Schedule'].includes(outcomes), outcomes);
  }
});

for (const [table, status] of [
  ['events', 'PUBLISHED'],
  ['schedules', 'COMPLETED'],
] as const) {
  test.serial(`the database itself refuses an undrawn arrow of ${table}`, async (t) => {
    const event = await catalogue.addEvent();
    await catalogue.addSchedule(event);
    const column = table === 'events' ? 'id' : 'event_id';
    const published = table === 'events' ? ', published_at = now()' : '';
    await t.throwsAsync(
      catalogue.database.$executeRawUnsafe(
        `UPDATE ${table} SET status = '${status}'${published} WHERE ${column} = '${event}'`,
      ),
      { message: /cannot go from DRAFT/ },
    );
  });
}
