import type { Message as RabbitMessage } from 'amqplib';
import { createUuidV7 } from '../../uuid.ts';
import { type Message, parseMessage } from '../message.ts';
import type { DeadLetter } from '../message-bus.ts';
import { unansweredReason } from '../message-bus-limits.ts';

/** Longest part of an unreadable body that is kept, in characters. */
const unreadableTextMax = 10_000;

/** Headers that the bus writes. */
export const attemptHeader = 'x-plaza-attempt';
const reasonHeader = 'x-plaza-reason';
const attemptsHeader = 'x-plaza-attempts';
const failedAtHeader = 'x-plaza-failed-at';

export type DeathHeaders = Record<string, string | number>;

/** What a dead letter carries along. */
export function toDeathHeaders(death: { reason: string; attempts: number }): DeathHeaders {
  return {
    [reasonHeader]: death.reason,
    [attemptsHeader]: death.attempts,
    [failedAtHeader]: new Date().toISOString(),
  };
}

/** The message of a delivery, or why it is none of this bus. */
export function readMessage({ content }: RabbitMessage): Message | Error {
  try {
    return parseMessage(JSON.parse(content.toString('utf8')));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Which attempt a delivery is. */
export function readAttempt({ properties }: RabbitMessage): number {
  const attempt: unknown = properties.headers?.[attemptHeader];
  return typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 0 ? attempt : 1;
}

/** A message of ours that carries what somebody else put into the queue. */
export function wrapUnreadable({ content, fields, properties }: RabbitMessage): Message {
  const id = createUuidV7();
  return {
    id,
    type: 'bus.unreadable',
    source: 'message-bus',
    occurredAt: new Date().toISOString(),
    correlationId: id,
    causationId: null,
    schemaVersion: 1,
    payload: {
      routingKey: fields.routingKey,
      messageId: String(properties.messageId ?? ''),
      text: content.toString('utf8').replaceAll('\0', '').slice(0, unreadableTextMax),
    },
  };
}

/** Without our headers it was the server that gave up: nobody answered for the message. */
export function toDeadLetter(
  delivery: RabbitMessage,
  { queue, unansweredDeliveriesMax }: { queue: string; unansweredDeliveriesMax: number },
): DeadLetter {
  const message = readMessage(delivery);
  const headers = delivery.properties.headers ?? {};
  const reason: unknown = headers[reasonHeader];
  const attempts: unknown = headers[attemptsHeader];
  const failedAt: unknown = headers[failedAtHeader];
  const diedSeconds = headers['x-death']?.[0]?.time.value;
  return {
    queue,
    message: message instanceof Error ? wrapUnreadable(delivery) : message,
    reason: typeof reason === 'string' ? reason : unansweredReason,
    attempts: typeof attempts === 'number' ? attempts : unansweredDeliveriesMax,
    failedAt: new Date(typeof failedAt === 'string' ? failedAt : (diedSeconds ?? 0) * 1_000),
  };
}
