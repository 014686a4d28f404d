import { AppError } from '@plaza/schema/errors';
import { SourceQueue } from '../subscriptions/source-queue.ts';
import type {
  SourceEvent,
  SourceRequest,
  SubscriptionSource,
} from '../subscriptions/subscription-source.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { EventBuses } from './event-buses.ts';
import type { EventFeed } from './event-feed.ts';
import { passesFilters } from './event-feed.ts';

/** Events of one topic that may wait; they are taken in the same turn of the event loop. */
const bufferMax = 1_000;

/**
 * Sources that consume topics of the bus, for fields with `@eventSource`; every other field has the
 * source of its subgraph. The bus sends a topic once, however many sources of the process want it.
 */
export function createEventSources(
  buses: EventBuses,
  subgraphSourceFor: (supergraph: SupergraphSnapshot) => SubscriptionSource,
): (supergraph: SupergraphSnapshot) => SubscriptionSource {
  return (supergraph) => {
    const subgraphs = subgraphSourceFor(supergraph);
    return {
      placeOf: (request) =>
        request.feed === undefined ? subgraphs.placeOf(request) : JSON.stringify(request.feed),
      open: (request, signal) =>
        request.feed === undefined
          ? subgraphs.open(request, signal)
          : consume(request, request.feed, { buses, signal }),
    };
  };
}

interface Consumption {
  readonly buses: EventBuses;
  readonly signal: AbortSignal;
}

async function* consume(
  request: SourceRequest,
  feed: EventFeed,
  { buses, signal }: Consumption,
): AsyncGenerator<SourceEvent> {
  const bus = buses.of(feed.subgraph);
  if (bus === undefined) {
    const message = `${request.field.coordinate} is fed by a topic: set pubSub.url`;
    throw new AppError('DOWNSTREAM_SERVICE_ERROR', message);
  }
  const queue = new SourceQueue();
  const onGap = (): void => queue.push({ kind: 'gap' });
  const pubSub = await bus.open();
  const announcements = await pubSub.subscribe(feed.topic, { bufferMax, onGap, signal });
  queue.push({ kind: 'open' });
  const deliver = async (): Promise<void> => {
    let dropped = 0;
    for await (const payload of announcements) {
      if (announcements.dropped > dropped) onGap();
      dropped = announcements.dropped;
      if (passesFilters(payload, feed)) queue.push({ kind: 'announcement', payload });
    }
  };
  deliver().then(
    () => queue.end(),
    (error: unknown) => queue.end(error),
  );
  yield* queue;
}
