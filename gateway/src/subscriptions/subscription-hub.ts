import { randomUUID } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import type { Config } from '../config.ts';
import { toGraphQLErrors } from '../graphql-errors.ts';
import type { SubgraphFetch } from '../subgraph-fetch/subgraph-request.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { Logger } from '../telemetry/logger.ts';
import { logServerErrors } from '../telemetry/operation-record.ts';
import type { SubscriptionEnd } from './channel.ts';
import { Channel } from './channel.ts';
import type { ChannelPlan } from './channel-plan.ts';
import { dependsOnHeaders, sourceRequestOf } from './channel-plan.ts';
import { runEvent } from './run-event.ts';
import type { Subscriber, Subscription } from './subscriber.ts';
import type { SourceRequest, SubscriptionSource } from './subscription-source.ts';
import { Upstream } from './upstream.ts';

export interface HubParts {
  readonly config: Pick<Config, 'requestTimeoutMs' | 'subscriptions'>;
  /** The way to the sources of one snapshot's subscription fields. */
  readonly sourceFor: (supergraph: SupergraphSnapshot) => SubscriptionSource;
  readonly fetchFor: (supergraph: SupergraphSnapshot) => SubgraphFetch;
  readonly logger: Logger;
}

/** One client's subscription, ready to begin. */
export interface SubscriptionStart {
  readonly plan: ChannelPlan;
  /** Client headers that the subgraphs may see: all that an event may depend on beside the plan. */
  readonly headers: Readonly<Record<string, string>>;
  readonly subscriber: Subscriber;
  /** Called once, whoever ends the subscription. */
  readonly onEnd: (end: SubscriptionEnd) => void;
}

/**
 * All subscriptions of a process. Those that ask a source for the same share one upstream; those
 * that also want the same answer share a channel.
 */
export class SubscriptionHub {
  readonly #parts: HubParts;
  readonly #channels = new Map<string, Channel>();
  readonly #upstreams = new Map<string, Upstream>();

  constructor(parts: HubParts) {
    this.#parts = parts;
  }

  /** Throws AppError SUPERGRAPH_UNAVAILABLE when the process has as many channels as it may. */
  subscribe({ plan, headers, subscriber, onEnd }: SubscriptionStart): Subscription {
    const key = channelKey(plan, headers);
    const channel = this.#channels.get(key) ?? this.#openChannel(key, plan, headers);
    return channel.add(subscriber, onEnd);
  }

  #openChannel(key: string, plan: ChannelPlan, headers: SubscriptionStart['headers']): Channel {
    const { channelsMax } = this.#parts.config.subscriptions;
    if (this.#channels.size >= channelsMax) {
      const message = `${channelsMax} channels are open already (subscriptions.channelsMax)`;
      throw new AppError('SUPERGRAPH_UNAVAILABLE', message);
    }
    const upstream = this.#upstreamFor(plan, sourceRequestOf(plan, headers));
    const controller = new AbortController();
    const scope = { headers, signal: controller.signal };
    const channel = new Channel({
      run: (response) => runEvent(response, plan, scope, this.#parts),
      describeError: (error) => this.#describe(error),
      onEmpty: () => {
        this.#channels.delete(key);
        upstream.remove(channel);
        controller.abort();
      },
    });
    upstream.add(channel);
    this.#channels.set(key, channel);
    return channel;
  }

  #upstreamFor({ supergraph }: ChannelPlan, request: SourceRequest): Upstream {
    const source = this.#parts.sourceFor(supergraph);
    const key = upstreamKey(source, request);
    const known = this.#upstreams.get(key);
    if (known !== undefined) return known;
    const upstream = new Upstream(source, request, () => this.#upstreams.delete(key));
    this.#upstreams.set(key, upstream);
    return upstream;
  }

  #describe(error: unknown) {
    const requestId = randomUUID();
    logServerErrors([error], { logger: this.#parts.logger, requestId });
    return toGraphQLErrors([error], requestId);
  }
}

/** Subscriptions with this in common get the same bytes. */
function channelKey(plan: ChannelPlan, headers: SubscriptionStart['headers']): string {
  const { operation, variables, feed } = plan;
  const identity = dependsOnHeaders(plan) ? headers : {};
  return `${operation.id} ${JSON.stringify([variables, feed, identity])}`;
}

/** The name that the client gave to its operation changes nothing of what the source delivers. */
function upstreamKey(source: SubscriptionSource, request: SourceRequest): string {
  const { subgraph, operation, operationName, variables, headers } = request;
  const text = operationName === undefined ? operation : operation.replace(operationName, '');
  const place = source.placeOf(request);
  return JSON.stringify([subgraph, place, text, variables, headers]);
}
