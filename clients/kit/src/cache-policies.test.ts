import { gql, type TypedDocumentNode } from '@apollo/client';
import test from 'ava';
import { createPlazaCache } from './cache-policies.ts';
import { EventsDocument, MyOrdersDocument, OrderDocument } from './generated/graphql.ts';

interface Page {
  readonly events: {
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const pages: TypedDocumentNode<Page, { after?: string; filter?: { city: string } }> = gql`
  query Pages($after: String, $filter: EventFilter) {
    events(first: 2, after: $after, filter: $filter, orderBy: NAME) {
      nodes {
        id
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

function page(ids: readonly string[], hasNextPage: boolean): Page {
  const pageInfo = { __typename: 'PageInfo', hasNextPage, endCursor: ids.at(-1) ?? null };
  const nodes = ids.map((id) => ({ __typename: 'Event', id }));
  return { events: { __typename: 'EventConnection', nodes, pageInfo } } as Page;
}

const idsOf = (data: Page | null) => data?.events.nodes.map(({ id }) => id);

test('pages of one list are put together, and what has moved between them is there once', (t) => {
  const cache = createPlazaCache();
  cache.writeQuery({ query: pages, data: page(['a', 'b'], true) });
  cache.writeQuery({ query: pages, variables: { after: 'b' }, data: page(['b', 'c'], false) });
  const list = cache.readQuery({ query: pages });
  t.deepEqual(idsOf(list), ['a', 'b', 'c']);
  t.like(list?.events.pageInfo, { hasNextPage: false, endCursor: 'c' });
});

test('the first page read again begins the list anew', (t) => {
  const cache = createPlazaCache();
  cache.writeQuery({ query: pages, data: page(['a', 'b'], true) });
  cache.writeQuery({ query: pages, variables: { after: 'b' }, data: page(['c'], false) });
  cache.writeQuery({ query: pages, data: page(['x', 'a'], true) });
  t.deepEqual(idsOf(cache.readQuery({ query: pages })), ['x', 'a']);
});

test('a list with another filter is another list', (t) => {
  const cache = createPlazaCache();
  const filter = { city: 'Tijuana' };
  cache.writeQuery({ query: pages, data: page(['a'], false) });
  cache.writeQuery({ query: pages, variables: { filter }, data: page(['t'], false) });
  t.deepEqual(idsOf(cache.readQuery({ query: pages })), ['a']);
  t.deepEqual(idsOf(cache.readQuery({ query: pages, variables: { filter } })), ['t']);
  t.is(cache.readQuery({ query: EventsDocument, variables: { orderBy: 'STARTS_FIRST' } }), null);
});

const total = (amountMinor: number) => ({
  __typename: 'Money' as const,
  amountMinor,
  currency: 'MXN' as const,
});

test('an order that a list has brought is found by its id, and its money is a value of its own', (t) => {
  const cache = createPlazaCache();
  const summary = {
    __typename: 'Order' as const,
    id: 'o1',
    reference: 'ORD1',
    status: 'PAID' as const,
    createdAt: '2026-01-01T00:00:00Z',
    payableUntil: null,
    paidAt: null,
    endedAt: null,
    endReason: null,
    total: total(100),
  };
  cache.writeFragment({
    fragment: gql`
      fragment Known on Order {
        id
        reference
        total {
          amountMinor
          currency
        }
      }
    `,
    data: summary,
  });
  const known: TypedDocumentNode<{ order: { reference: string; total: object } }, { id: string }> =
    gql`
      query Known($id: ID!) {
        order(id: $id) {
          id
          reference
          total {
            amountMinor
            currency
          }
        }
      }
    `;
  t.like(cache.readQuery({ query: known, variables: { id: 'o1' } })?.order, { reference: 'ORD1' });
  t.is(cache.readQuery({ query: OrderDocument, variables: { id: 'o1' } }), null, 'not all of it');
  t.is(cache.readQuery({ query: MyOrdersDocument }), null);
  t.false(JSON.stringify(Object.keys(cache.extract())).includes('Money'));
});
