import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { orders, users } from '../../test/event-sources/event-graph.ts';
import { composeFixture } from '../../test/kit/compose-fixture.ts';
import type { Viewer } from '../identity/viewer.ts';
import { buildSupergraphSnapshot } from '../supergraph/build-snapshot.ts';
import { passesFilters, resolveFeed } from './event-feed.ts';

const { eventSources } = buildSupergraphSnapshot(composeFixture([orders, users]));

function feedOf(field: string, given: Record<string, unknown>, viewer?: Viewer) {
  const rule = eventSources.get(field);
  if (rule === undefined) throw new Error(`${field} has no event source`);
  return resolveFeed(rule, given, viewer);
}

function viewer(id: string, ...scopes: readonly string[]): Viewer {
  const expiresAt = Number.MAX_SAFE_INTEGER;
  return { id, kind: 'person', scopes: new Set(scopes), expiresAt, claims: {} };
}

test('fills the topic with arguments and viewer', (t) => {
  t.is(feedOf('seatChanged', { match: 'm1', kind: 'ALL' }).topic, 'match.m1.seats');
  t.is(feedOf('seatChanged', { match: 7 }).topic, 'match.7.seats');
  t.is(feedOf('myOrdersChanged', {}, viewer('ada')).topic, 'user.ada.orders');
});

test('no value reaches into another topic', (t) => {
  const topicOf = (match: string) => feedOf('seatChanged', { match }).topic;
  t.is(topicOf('m1.seats'), 'match.m1%2Eseats.seats');
  t.is(topicOf('a:b/c*{d}'), 'match.a%3Ab%2Fc%2A%7Bd%7D.seats');
  t.is(topicOf('ä %'), 'match.%C3%A4%20%25.seats');
  t.is(topicOf(''), 'match..seats');
  t.is(feedOf('myOrdersChanged', {}, viewer('auth0|a.b')).topic, 'user.auth0%7Ca%2Eb.orders');
});

test('a feed that names the viewer needs one', (t) => {
  for (const field of ['orderChanged', 'myOrdersChanged']) {
    const error = t.throws(() => feedOf(field, { id: 'o1' }), { instanceOf: AppError });
    t.is(error.code, 'UNAUTHENTICATED');
    t.is(error.message, `"Subscription.${field}" requires authentication: send a valid token.`);
  }
});

test('refuses an argument that is no plain value', (t) => {
  for (const match of [{ a: 1 }, ['m1'], null, undefined]) {
    const error = t.throws(() => feedOf('seatChanged', { match }), { instanceOf: AppError });
    t.is(error.code, 'BAD_USER_INPUT');
  }
});

test('lets an event pass to those whom it concerns', (t) => {
  const feed = feedOf('orderChanged', { id: 'o1' }, viewer('ada'));
  const table: readonly [payload: unknown, passes: boolean][] = [
    [{ id: 'o1', buyerId: 'ada' }, true],
    [{ id: 'o1', buyerId: 'bob' }, false],
    [{ id: 'o1', buyerId: 'Ada' }, false],
    [{ id: 'o1', buyerId: null }, false],
    [{ id: 'o1', buyerId: ['ada'] }, false],
    [{ id: 'o1' }, false],
    [Object.create({ buyerId: 'ada' }), false],
    [null, false],
    ['ada', false],
    [[], false],
  ];
  for (const [payload, passes] of table) {
    t.is(passesFilters(payload, feed), passes, JSON.stringify(payload));
  }
});

test('compares numbers and booleans as they are written', (t) => {
  const feed = { subgraph: 's', topic: 't', filters: [{ field: 'n', values: ['5', 'true'] }] };
  t.true(passesFilters({ n: 5 }, feed));
  t.true(passesFilters({ n: true }, feed));
  t.false(passesFilters({ n: 50 }, feed));
});

test('all filters must hold', (t) => {
  const filters = ['a', 'b'].map((field) => ({ field, values: ['1'] }));
  t.true(passesFilters({ a: '1', b: '1' }, { subgraph: 's', topic: 't', filters }));
  t.false(passesFilters({ a: '1', b: '2' }, { subgraph: 's', topic: 't', filters }));
});

test('exempts viewers with all scopes of one of the sets', (t) => {
  const filtersFor = (...scopes: readonly string[]) =>
    feedOf('orderChanged', { id: 'o1' }, viewer('staff', ...scopes)).filters.length;
  t.is(filtersFor('order:read'), 0);
  t.is(filtersFor('admin', 'all'), 0);
  t.is(filtersFor('admin'), 1);
  t.is(filtersFor('order:write'), 1);
  t.is(filtersFor(), 1);
});
