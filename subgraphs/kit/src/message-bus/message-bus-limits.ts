import { AppError } from '@plaza/schema/errors';
import type { ConsumeOptions, MessageBusOptions } from './message-bus.ts';
import { requireQueueName, requireTopicPatterns } from './topic-pattern.ts';

/** Messages in one call of `publish`. */
export const publishMessagesMax = 1_000;
/** Messages that one consumer handles at once. */
const prefetchUpperMax = 1_000;
/** Below RabbitMQ's own limit of 30 minutes for an answer. */
const handlerTimeoutUpperMs = 900_000;
/** Longest pause between two attempts. */
const retryDelayUpperMs = 3_600_000;
/** Attempts after the first. */
const retriesUpperMax = 10;
/** How long dead letters are kept: 30 days. */
export const deadLetterRetentionMs = 30 * 86_400_000;
/** Dead letters on one page. */
export const deadLetterPageMax = 500;

export const defaultRetryDelaysMs: readonly number[] = [1_000, 2_000, 4_000, 8_000, 16_000];

export type ResolvedBusOptions = Required<MessageBusOptions>;
export type ResolvedConsumeOptions = Required<ConsumeOptions>;

/** Fills in the defaults. */
export function resolveBusOptions(options: MessageBusOptions): ResolvedBusOptions {
  return {
    namespace: 'plaza',
    connectTimeoutMs: 10_000,
    publishTimeoutMs: 10_000,
    drainTimeoutMs: 10_000,
    unansweredDeliveriesMax: 20,
    pollIntervalMs: 1_000,
    superviseIntervalMs: 5_000,
    ...options,
  };
}

/** The reason of a dead letter that no handler ever answered for. */
export const unansweredReason = 'Delivered again and again and never answered';

/** Fills in the defaults and checks. Throws BAD_USER_INPUT for a value out of its bounds. */
export function resolveConsumeOptions(options: ConsumeOptions): ResolvedConsumeOptions {
  requireQueueName(options.queue);
  requireTopicPatterns(options.types);
  const resolved = {
    prefetchMax: 10,
    handlerTimeoutMs: 30_000,
    retryDelaysMs: defaultRetryDelaysMs,
    ...options,
  };
  requireBetween('prefetchMax', resolved.prefetchMax, { min: 1, max: prefetchUpperMax });
  requireBetween('handlerTimeoutMs', resolved.handlerTimeoutMs, {
    min: 1,
    max: handlerTimeoutUpperMs,
  });
  requireBetween('retries', resolved.retryDelaysMs.length, { min: 0, max: retriesUpperMax });
  for (const delayMs of resolved.retryDelaysMs) {
    requireBetween('retryDelayMs', delayMs, { min: 1, max: retryDelayUpperMs });
  }
  return resolved;
}

/** Throws BAD_USER_INPUT that names the value and its bounds. */
export function requireBetween(
  name: string,
  value: number,
  { min, max }: { min: number; max: number },
): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new AppError('BAD_USER_INPUT', `${name} must be a whole number from ${min} to ${max}`, {
      details: { [name]: value },
    });
  }
}
