import { openPubSub } from '@plaza/pub-sub/open-pub-sub';
import type { PubSub } from '@plaza/pub-sub/pub-sub';
import { AppError } from '@plaza/schema/errors';
import type { Logger } from 'pino';
import type { SubgraphConfig } from '../environment.ts';
import type { ConsumeOptions, MessageBus } from '../message-bus/message-bus.ts';
import { openMessageBus } from '../message-bus/open-message-bus.ts';

/** What a subgraph with `usesMessages` talks to the others with. */
export interface Messaging {
  readonly bus: MessageBus;
  readonly pubSub: PubSub;
}

/** A queue of a subgraph and what it does with each message; `createConsumer` makes one. */
export type SubgraphConsumer = ConsumeOptions;

/**
 * Opens bus and pub-sub at the configured URLs. Rejects with DOWNSTREAM_SERVICE_ERROR when a server
 * does not answer, BAD_USER_INPUT for a URL of another kind.
 */
export async function openMessaging(
  config: Pick<SubgraphConfig, 'messageBusUrl' | 'pubSubUrl'>,
  log: Logger,
): Promise<Messaging> {
  const pubSub = await openPubSub(config.pubSubUrl, { log });
  try {
    return { pubSub, bus: await openMessageBus(config.messageBusUrl, { log }) };
  } catch (error) {
    await pubSub.close();
    throw error;
  }
}

/** Stands in for the messaging of a subgraph that has not asked for any. */
export const noMessaging: Messaging = {
  get bus(): never {
    throw new AppError('INTERNAL_SERVER_ERROR', 'Set usesMessages in the definition first');
  },
  get pubSub(): never {
    throw new AppError('INTERNAL_SERVER_ERROR', 'Set usesMessages in the definition first');
  },
};
