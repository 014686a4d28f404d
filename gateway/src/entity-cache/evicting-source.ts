import { getNamedType } from 'graphql';
import type {
  SourceEvent,
  SourceRequest,
  SubscriptionSource,
} from '../subscriptions/subscription-source.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { InvalidatedThing } from './cache-tags.ts';
import type { Invalidator } from './invalidate.ts';

type SourceFor = (supergraph: SupergraphSnapshot) => SubscriptionSource;

/**
 * The same sources; an entity that an event names by a key is out of date in every process before
 * the event is delivered, so that a client which reads it then sees what the event is about. Events of
 * a field with `@eventSource(evicts: false)` are about nothing that is cached.
 */
export function evictBeforeDelivery(sourceFor: SourceFor, invalidator: Invalidator): SourceFor {
  return (supergraph) => {
    const source = sourceFor(supergraph);
    return {
      placeOf: (request) => source.placeOf(request),
      open: (request, signal) => {
        const subgraph = request.feed?.subgraph ?? request.subgraph;
        const events = source.open(request, signal);
        const rule = request.feed && supergraph.eventSources.get(request.field.name);
        if (rule?.evicts === false || !supergraph.cacheRules.has(subgraph)) return events;
        return evicting(events, (event) => namedBy(event, request, supergraph), invalidator);
      },
    };
  };
}

async function* evicting(
  events: AsyncIterable<SourceEvent>,
  namedIn: (event: SourceEvent) => readonly InvalidatedThing[],
  invalidator: Invalidator,
): AsyncGenerator<SourceEvent> {
  for await (const event of events) {
    const things = namedIn(event);
    if (things.length > 0) await invalidator.invalidateInTime(things, 'event');
    yield event;
  }
}

function namedBy(
  event: SourceEvent,
  { field, feed, subgraph: source }: SourceRequest,
  { executionSchema, entityKeys }: SupergraphSnapshot,
): readonly InvalidatedThing[] {
  const subgraph = feed?.subgraph ?? source;
  const value = carriedBy(event, field.responseName);
  if (value === undefined) return [];
  const declared = executionSchema.getSubscriptionType()?.getFields()[field.name];
  if (declared === undefined) return [];
  const { __typename: told } = value;
  const type = typeof told === 'string' ? told : getNamedType(declared.type).name;
  return entityKeys.of(subgraph, type).flatMap((paths): InvalidatedThing[] => {
    const names = paths.flatMap(([name, ...nested]) => (nested.length === 0 ? [name ?? ''] : []));
    const isWhole = names.length === paths.length && names.every((name) => isGiven(value, name));
    if (!isWhole) return [];
    const key = Object.fromEntries(names.map((name) => [name, value[name]]));
    return [{ kind: 'entity', subgraph, type, key }];
  });
}

function carriedBy(
  event: SourceEvent,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = event.kind === 'announcement' ? event.payload : undefined;
  const answered = event.kind === 'next' ? event.response.data?.[name] : value;
  return typeof answered === 'object' && answered !== null && !Array.isArray(answered)
    ? (answered as Record<string, unknown>)
    : undefined;
}

function isGiven(value: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(value, name) && ['string', 'number'].includes(typeof value[name]);
}
