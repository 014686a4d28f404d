import { randomUUID } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Config } from '../config.ts';
import { toGraphQLErrors } from '../graphql-errors.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { SubgraphFetch } from '../subgraph-fetch/subgraph-request.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { Logger } from '../telemetry/logger.ts';
import { logServerErrors } from '../telemetry/operation-record.ts';
import { ChangeOfChannel } from './change-of-channel.ts';
import { Channel } from './channel.ts';
import type { ChannelPlan, SubscriptionRequest } from './channel-plan.ts';
import { dependsOnHeaders, sourceRequestOf } from './channel-plan.ts';
import { Handover } from './handover.ts';
import type { MemberOptions } from './member.ts';
import { Member } from './member.ts';
import { overflowPolicyOf } from './overflow-policy.ts';
import { runEvent } from './run-event.ts';
import type { SubscriberIdentity, Subscription } from './subscriber.ts';
import type { SourceRequest, SubscriptionSource } from './subscription-source.ts';
import { Upstream } from './upstream.ts';

type Headers = SubscriberIdentity['headers'];

export interface HubParts {
  readonly config: Pick<Config, 'requestTimeoutMs' | 'subscriptions'>;
  /** The way to the sources of one snapshot's subscription fields. */
  readonly sourceFor: (supergraph: SupergraphSnapshot) => SubscriptionSource;
  readonly fetchFor: (supergraph: SupergraphSnapshot) => SubgraphFetch;
  /** Plans a subscription on another supergraph, or for another viewer. Rejects with AppError. */
  readonly plan: (
    request: SubscriptionRequest,
    supergraph: SupergraphSnapshot,
    viewer: Viewer | undefined,
  ) => Promise<ChannelPlan>;
  readonly logger: Logger;
}

/** What is open now. */
export interface LiveCounts {
  readonly subscriptions: number;
  /** Different answers that they get. */
  readonly channels: number;
  /** Sources that are followed for them. */
  readonly upstreams: number;
}

/** One client's subscription, ready to begin. */
export interface SubscriptionStart extends Omit<MemberOptions, 'renew'> {
  readonly plan: ChannelPlan;
}

/**
 * All subscriptions of a process. Those that ask a source for the same share one upstream; those
 * that also want the same answer share a channel.
 */
export class SubscriptionHub {
  readonly #parts: HubParts;
  readonly #channels = new Map<string, Channel>();
  readonly #upstreams = new Map<string, Upstream>();
  /** Undefined until the supergraph changes for the first time. */
  #supergraph: SupergraphSnapshot | undefined;

  constructor(parts: HubParts) {
    this.#parts = parts;
  }

  counts(): LiveCounts {
    let subscriptions = 0;
    for (const { listenerCount } of this.#channels.values()) subscriptions += listenerCount;
    const [channels, upstreams] = [this.#channels.size, this.#upstreams.size];
    return { subscriptions, channels, upstreams };
  }

  /** Throws AppError SUPERGRAPH_UNAVAILABLE when the process has as many channels as it may. */
  subscribe({ plan, ...options }: SubscriptionStart): Subscription {
    const channel = this.#channelFor(plan, options.identity.headers);
    const member = new Member(channel, { ...options, renew: (...to) => void this.#renew(...to) });
    this.#catchUp(channel);
    return member;
  }

  /** Moves all subscriptions to the next supergraph; none of their clients sees a thing of it. */
  async follow(next: SupergraphSnapshot): Promise<void> {
    this.#supergraph = next;
    for (const channel of [...this.#channels.values()]) await this.#replan(channel);
  }

  #channelFor(plan: ChannelPlan, headers: Headers): Channel {
    const key = channelKey(plan, headers);
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    const { channelsMax } = this.#parts.config.subscriptions;
    if (this.#channels.size >= channelsMax) {
      const message = `${channelsMax} channels are open already (subscriptions.channelsMax)`;
      throw new AppError('SUPERGRAPH_UNAVAILABLE', message);
    }
    const request = sourceRequestOf(plan, headers);
    const channel = new Channel({
      plan,
      headers,
      upstream: this.#upstreamFor(plan, request),
      policy: overflowPolicyOf(request.field, this.#parts.config.subscriptions),
      run: (event, from) => runEvent(event, from, this.#parts),
      describeError: (error) => this.#describe(error),
      onEmpty: (closed) => this.#unregister(closed),
    });
    this.#channels.set(key, channel);
    return channel;
  }

  #upstreamFor({ supergraph }: ChannelPlan, request: SourceRequest): Upstream {
    const source = this.#parts.sourceFor(supergraph);
    const key = upstreamKey(source, request);
    const known = this.#upstreams.get(key);
    if (known !== undefined) return known;
    const upstream = new Upstream(key, () => this.#upstreams.delete(key));
    this.#upstreams.set(key, upstream);
    upstream.open(source, request);
    return upstream;
  }

  /** For those who began on a supergraph that has been replaced meanwhile. */
  #catchUp(channel: Channel): void {
    if (this.#supergraph !== undefined && channel.plan.supergraph !== this.#supergraph) {
      void this.#replan(channel);
    }
  }

  async #replan(channel: Channel): Promise<void> {
    const supergraph = this.#supergraph;
    if (supergraph === undefined || channel.plan.supergraph === supergraph) return;
    const { request } = channel.plan;
    const outcomes: Outcomes = new Map();
    let viewer = nextViewer(channel, outcomes);
    while (viewer !== 'none') {
      outcomes.set(viewer, await this.#planOrError(request, supergraph, viewer));
      viewer = nextViewer(channel, outcomes);
    }
    // Of two changes that overlap, the later one moves everybody. Those who are on their way to a
    // channel are moved when they have arrived.
    if (this.#supergraph !== supergraph || outcomes.size === 0) return;
    const fault = [...outcomes.values()].find((outcome) => isFault(outcome));
    if (fault === undefined) this.#place(channel, outcomes);
    else this.#parts.logger.warn({ error: fault }, 'subscription stays on the supergraph before');
  }

  /** What follows from the plans of a channel's members for each of them, all at once. */
  #place(channel: Channel, outcomes: Outcomes): void {
    const members = membersOf(channel);
    const plans = [...outcomes.values()].flatMap((o) => (o instanceof AppError ? [] : [o]));
    const kept = plans.find((plan) => this.#canAdopt(channel, plan));
    this.#unregister(channel);
    if (kept !== undefined) {
      channel.adopt(kept);
      this.#channels.set(channelKey(kept, channel.headers), channel);
    }
    for (const member of members) {
      const outcome = outcomes.get(member.identity.viewer);
      if (outcome instanceof AppError) this.#fail(member, outcome);
      else if (outcome !== undefined) this.#move(member, outcome);
    }
  }

  /** True when the channel's upstream serves the plan too, and no other channel does already. */
  #canAdopt(channel: Channel, plan: ChannelPlan): boolean {
    const registered = this.#channels.get(channelKey(plan, channel.headers));
    if (registered !== undefined && registered !== channel) return false;
    const source = this.#parts.sourceFor(plan.supergraph);
    const request = sourceRequestOf(plan, channel.headers);
    return upstreamKey(source, request) === channel.upstream.key;
  }

  async #planOrError(
    request: SubscriptionRequest,
    supergraph: SupergraphSnapshot,
    viewer: Viewer | undefined,
  ): Promise<ChannelPlan | AppError> {
    try {
      return await this.#parts.plan(request, supergraph, viewer);
    } catch (error) {
      if (error instanceof AppError) return error;
      const message = 'The subscription could not be planned again';
      return new AppError('INTERNAL_SERVER_ERROR', message, { cause: error });
    }
  }

  async #renew(member: Member, identity: SubscriberIdentity): Promise<void> {
    let outcome: ChannelPlan | AppError;
    do {
      await member.move?.settled;
      const { plan } = member.channel;
      const supergraph = this.#supergraph ?? plan.supergraph;
      outcome = await this.#planOrError(plan.request, supergraph, identity.viewer);
    } while (member.move !== undefined);
    member.identity = identity;
    if (outcome instanceof AppError) this.#fail(member, outcome);
    else this.#move(member, outcome);
  }

  #move(member: Member, plan: ChannelPlan): void {
    try {
      const to = this.#channelFor(plan, member.identity.headers);
      if (to === member.channel) return;
      const Move = to.upstream === member.channel.upstream ? ChangeOfChannel : Handover;
      member.move = new Move(member, to, () => this.#catchUp(to));
    } catch (error) {
      this.#fail(member, error);
    }
  }

  #fail(member: Member, error: unknown): void {
    member.end(error, this.#describe(error));
  }

  #describe(error: unknown): readonly GraphQLFormattedError[] {
    const requestId = randomUUID();
    logServerErrors([error], { logger: this.#parts.logger, requestId });
    return toGraphQLErrors([error], requestId);
  }

  #unregister(channel: Channel): void {
    const key = channelKey(channel.plan, channel.headers);
    if (this.#channels.get(key) === channel) this.#channels.delete(key);
  }
}

/** What planning anew gives for each viewer who follows a channel. */
type Outcomes = Map<Viewer | undefined, ChannelPlan | AppError>;

/** True when it says nothing about the subscription: planning itself failed. */
function isFault(outcome: ChannelPlan | AppError): boolean {
  return outcome instanceof AppError && outcome.status >= 500;
}

function membersOf(channel: Channel): readonly Member[] {
  return [...channel.listeners].filter((listener) => listener instanceof Member);
}

/** A viewer among the members whose outcome is not known yet. */
function nextViewer(channel: Channel, outcomes: Outcomes): Viewer | undefined | 'none' {
  for (const listener of channel.listeners) {
    if (!(listener instanceof Member)) continue;
    const { viewer } = listener.identity;
    if (!outcomes.has(viewer)) return viewer;
  }
  return 'none';
}

/** Subscriptions with this in common get the same bytes. */
function channelKey(plan: ChannelPlan, headers: Headers): string {
  const { operation, variables, feed, view } = plan;
  const identity = dependsOnHeaders(plan) ? headers : {};
  const contract = view.contract ?? '';
  return `${contract} ${operation.id} ${JSON.stringify([variables, feed, identity])}`;
}

/** The name that the client gave to its operation changes nothing of what the source delivers. */
function upstreamKey(source: SubscriptionSource, request: SourceRequest): string {
  const { subgraph, operation, operationName, variables, headers } = request;
  const text = operation.replace(operationName === undefined ? '' : ` ${operationName}`, '');
  const place = source.placeOf(request);
  return JSON.stringify([subgraph, place, text, variables, headers]);
}
