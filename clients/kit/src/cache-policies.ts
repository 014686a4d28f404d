import {
  type FieldMergeFunction,
  type FieldPolicy,
  InMemoryCache,
  type Reference,
  type TypePolicies,
  type TypePolicy,
} from '@apollo/client/cache';
import { connectionFields, possibleTypes, type TypeName } from './generated/schema-facts.ts';

/**
 * What has no id of its own. A value is replaced as a whole; one that belongs to its parent is merged
 * with what is known of it.
 */
const typesWithoutId: Partial<Record<TypeName, TypePolicy>> = {
  Money: { keyFields: false },
  PageInfo: { keyFields: false },
  SeatCounts: { keyFields: false, merge: true },
  SectionAvailability: { keyFields: false, merge: true },
  ScheduleSeat: { keyFields: false },
  PaymentLink: { keyFields: ['code'] },
  TicketPublicKey: { keyFields: ['keyId'] },
};

/** Fields that lead to one entity by its id: what a list has brought is not asked for again. */
const fieldsById = {
  order: 'Order',
  ticket: 'Ticket',
  hold: 'SeatHold',
  payment: 'Payment',
  schedule: 'Schedule',
} as const satisfies Record<string, TypeName>;

/** A cache that knows the graph. Give it to `createPlazaClient` after restoring it, if it is kept. */
export function createPlazaCache(): InMemoryCache {
  return new InMemoryCache({ possibleTypes, typePolicies: createTypePolicies() });
}

/** Policies of every type of the schema that needs one. */
function createTypePolicies(): TypePolicies {
  const policies: Record<string, TypePolicy> = { ...typesWithoutId };
  for (const [type, fields] of Object.entries(connectionFields)) {
    const lists = Object.entries(fields).map(([field, keyArgs]) => [
      field,
      createConnectionPolicy(keyArgs),
    ]);
    policies[type] = { ...policies[type], fields: Object.fromEntries(lists) };
  }
  const references = Object.entries(fieldsById).map(([field, type]) => [field, byId(type)]);
  policies.Query = {
    ...policies.Query,
    fields: { ...policies.Query?.fields, ...Object.fromEntries(references) },
  };
  return policies;
}

function byId(typeName: TypeName): FieldPolicy {
  return {
    read: (existing, { args, toReference }) =>
      existing === undefined && typeof args?.id === 'string'
        ? toReference({ __typename: typeName, id: args.id })
        : existing,
  };
}

interface CachedEdge {
  readonly node?: unknown;
}

/** As far as documents select it. */
export interface CachedConnection {
  readonly nodes?: readonly unknown[];
  readonly edges?: readonly CachedEdge[];
  readonly pageInfo?: Readonly<Record<string, unknown>>;
}

/**
 * A list whose pages are put together: `after` adds at the end, `before` at the start, and without
 * either the list begins anew. `keyArgs` are the arguments that make it another list.
 */
export function createConnectionPolicy(
  keyArgs: readonly string[],
): FieldPolicy<CachedConnection, CachedConnection> {
  return { keyArgs: keyArgs.length === 0 ? false : [...keyArgs], merge: mergePages };
}

const mergePages: FieldMergeFunction<CachedConnection, CachedConnection> = (
  existing,
  incoming,
  { args },
) => {
  const isNext = typeof args?.after === 'string';
  const isPrevious = typeof args?.before === 'string';
  if (existing === undefined || (!isNext && !isPrevious)) return incoming;
  const [first, second] = isNext ? [existing, incoming] : [incoming, existing];
  return {
    ...existing,
    ...incoming,
    ...join('nodes', first, second, (node) => node),
    ...join('edges', first, second, ({ node }: CachedEdge) => node),
    pageInfo: {
      ...second.pageInfo,
      ...pick(first.pageInfo, ['hasPreviousPage', 'startCursor']),
    },
  };
};

/** One after the other, and nothing twice: a list may have moved between two pages. */
function join<Key extends 'nodes' | 'edges', Item>(
  key: Key,
  first: CachedConnection,
  second: CachedConnection,
  nodeOf: (item: Item) => unknown,
): { [key in Key]?: Item[] } {
  const items = [...(first[key] ?? []), ...(second[key] ?? [])] as Item[];
  if (items.length === 0) return {};
  const seen = new Set<string>();
  const kept = items.filter((item) => {
    const id = (nodeOf(item) as Partial<Reference> | undefined)?.__ref;
    if (id === undefined) return true;
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
  return { [key]: kept } as { [key in Key]?: Item[] };
}

function pick(from: CachedConnection['pageInfo'], keys: readonly string[]): object {
  const known = Object.entries(from ?? {}).filter(([key]) => keys.includes(key));
  return Object.fromEntries(known);
}
