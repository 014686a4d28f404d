import { AppError } from '@plaza/schema/errors';
import type { MessageBus, MessageBusOptions } from './message-bus.ts';
import { resolveBusOptions } from './message-bus-limits.ts';
import { PostgresMessageBus } from './postgres/postgres-message-bus.ts';
import { RabbitMessageBus } from './rabbitmq/rabbitmq-message-bus.ts';

/**
 * Opens the bus that the URL's scheme names: `postgres:` (a database of its own, made if it is
 * missing) or `amqp:` (RabbitMQ 3.10 or newer). Rejects with DOWNSTREAM_SERVICE_ERROR when the server
 * does not answer within `connectTimeoutMs`, BAD_USER_INPUT for another scheme.
 */
export async function openMessageBus(url: string, options: MessageBusOptions): Promise<MessageBus> {
  const resolved = resolveBusOptions(options);
  const scheme = URL.canParse(url) ? new URL(url).protocol : '';
  switch (scheme) {
    case 'postgres:':
    case 'postgresql:':
      return PostgresMessageBus.open(url, resolved);
    case 'amqp:':
    case 'amqps:':
      return RabbitMessageBus.open(url, resolved);
    default:
      throw new AppError(
        'BAD_USER_INPUT',
        'The message bus needs a URL that starts with postgres: or amqp:',
      );
  }
}
