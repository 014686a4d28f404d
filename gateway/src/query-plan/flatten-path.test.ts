import test from 'ava';
import { dataKeysOf } from './data-path.ts';
import { flattenTargets, objectsAt, parsePath } from './flatten-path.ts';
import type { DataObject } from './merge-data.ts';

function pathsAt(data: object, path: readonly (string | number)[]) {
  const steps = parsePath(path);
  const targets = flattenTargets(data as DataObject, steps);
  const objects = new Set(targets.map(({ object }) => object));
  const held = objectsAt(data as DataObject, steps, new Set());
  if (held.length !== objects.size) throw new Error('They differ');
  return targets.map((target) => dataKeysOf(target.path).join('.'));
}

const feed = {
  __typename: 'Query',
  feed: [
    { __typename: 'Book', owner: { id: 1 } },
    { __typename: 'Film', owner: { id: 2 } },
    null,
    { owner: { id: 3 } },
    { __typename: 'Book', owner: null },
  ],
  grid: [[{ a: 1 }, null], null, [{ a: 2 }]],
};

test('goes through names and every level of lists', (t) => {
  t.deepEqual(pathsAt(feed, ['feed', '@', 'owner']), [
    'feed.0.owner',
    'feed.1.owner',
    'feed.3.owner',
  ]);
  t.deepEqual(pathsAt(feed, ['grid', '@', '@']), ['grid.0.0', 'grid.2.0']);
  t.deepEqual(pathsAt(feed, []), ['']);
});

test('goes on only from the types that an element names', (t) => {
  t.deepEqual(pathsAt(feed, ['', 'feed', '@|[Book]', 'owner']), ['feed.0.owner']);
  t.deepEqual(pathsAt(feed, ['feed', '@|[Book,Film]', 'owner']), ['feed.0.owner', 'feed.1.owner']);
  t.deepEqual(pathsAt(feed, ['|[Query]', 'feed', '@', 'owner|[User]']), []);
  t.deepEqual(pathsAt(feed, ['|[Mutation]', 'feed', '@']), []);
});

test('finds nothing in data of another shape', (t) => {
  for (const path of [
    ['feed', 'owner'],
    ['grid', '@', '@', '@'],
    ['none', '@'],
    ['__typename'],
    ['toString'],
  ]) {
    t.deepEqual(pathsAt(feed, path), [], path.join());
  }
});
