import { AppError } from '@plaza/schema/errors';
import { z } from 'zod';
import { activeTraceparent } from '../tracing/active-trace.ts';
import { createUuidV7 } from '../uuid.ts';

/** Largest message, envelope and payload together, as UTF-8 JSON. */
export const messageBytesMax = 262_144;
/** Longest topic name or pattern, in characters. */
const topicLengthMax = 120;

const topicPattern = /^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/i;

/**
 * What one subgraph tells the others. The envelope says what it is about; the payload is any JSON
 * object and belongs to the type and its schema version.
 */
export interface Message<Payload extends object = object> {
  /** UUID version 7; the key that consumers recognise a repeated message by. */
  readonly id: string;
  /** Topic name in the past tense, such as `order.paid`. */
  readonly type: string;
  /** The subgraph that publishes it. */
  readonly source: string;
  /** When it happened, ISO 8601 in UTC. */
  readonly occurredAt: string;
  /** The same on every message of one journey, such as a purchase. */
  readonly correlationId: string;
  /** The id of the message that this one answers; null on the first of a journey. */
  readonly causationId: string | null;
  /** Rises when the payload changes in a way that an old consumer cannot read. */
  readonly schemaVersion: number;
  /** Of the trace that it was sent in (W3C Trace Context), if that is recorded. */
  readonly traceparent?: string | undefined;
  readonly payload: Payload;
}

export interface MessageDraft<Payload extends object> {
  readonly type: string;
  readonly source: string;
  readonly payload: Payload;
  /** Default 1. */
  readonly schemaVersion?: number;
  /** The message that is being handled; passes its correlation on. */
  readonly causedBy?: Message;
  readonly now?: () => Date;
}

/** A message with a fresh id, ready for the outbox. Throws BAD_USER_INPUT as `encodeMessage` does. */
export function createMessage<Payload extends object>(
  draft: MessageDraft<Payload>,
): Message<Payload> {
  const id = createUuidV7();
  const traceparent = activeTraceparent();
  const message = {
    id,
    type: draft.type,
    source: draft.source,
    occurredAt: (draft.now?.() ?? new Date()).toISOString(),
    correlationId: draft.causedBy?.correlationId ?? id,
    causationId: draft.causedBy?.id ?? null,
    schemaVersion: draft.schemaVersion ?? 1,
    ...(traceparent !== undefined && { traceparent }),
    payload: draft.payload,
  };
  encodeMessage(message);
  return message;
}

const envelope = z.object({
  id: z.guid(),
  type: z.string().max(topicLengthMax).regex(topicPattern, 'must be words separated by dots'),
  source: z.string().min(1).max(100),
  occurredAt: z.iso.datetime(),
  correlationId: z.guid(),
  causationId: z.guid().nullable(),
  schemaVersion: z.int().min(1).max(1_000_000),
  traceparent: z.string().max(100).optional(),
  payload: z.record(z.string(), z.unknown()),
});

/**
 * The message as JSON text. Throws BAD_USER_INPUT when a field of the envelope is wrong or a text
 * holds the character U+0000 (PostgreSQL stores none), PAYLOAD_TOO_LARGE past `messageBytesMax`.
 */
export function encodeMessage(message: Message): string {
  const text = JSON.stringify(message);
  const bytes = Buffer.byteLength(text);
  if (bytes > messageBytesMax) {
    throw new AppError(
      'PAYLOAD_TOO_LARGE',
      `A message may have ${messageBytesMax} bytes, this ${message.type} has ${bytes}: ` +
        'send an id and let the consumer read the rest',
      { details: { messageBytesMax } },
    );
  }
  if (hasNullCharacter(text)) {
    throw new AppError('BAD_USER_INPUT', 'A message must not hold the character U+0000');
  }
  parseMessage(JSON.parse(text));
  return text;
}

/** Checks what came off the wire. Throws BAD_USER_INPUT that names every wrong field. */
export function parseMessage(value: unknown): Message {
  const result = envelope.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AppError('BAD_USER_INPUT', `Not a message of this bus: ${problems.join('; ')}`);
}

/** Finds the escape `\u0000` itself, not an escaped backslash that is followed by `u0000`. */
function hasNullCharacter(json: string): boolean {
  return json.includes('\\u0000') && /(?<!\\)(\\\\)*\\u0000/.test(json);
}
