import { createHash } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';
import { announcementBytesMax, topicBytesMax } from './pub-sub.ts';

/**
 * The text that travels: topic and payload, because channel names are hashes. Throws BAD_USER_INPUT
 * for a bad topic or a payload that is no JSON, PAYLOAD_TOO_LARGE past `announcementBytesMax`.
 */
export function encodeAnnouncement(topic: string, payload: unknown): string {
  requireTopic(topic);
  if (JSON.stringify(payload) === undefined) {
    throw new AppError('BAD_USER_INPUT', 'An announcement needs a payload that JSON can express');
  }
  const text = JSON.stringify([topic, payload]);
  const bytes = Buffer.byteLength(text);
  if (bytes > announcementBytesMax) {
    throw new AppError(
      'PAYLOAD_TOO_LARGE',
      `An announcement may have ${announcementBytesMax} bytes, this one on ${topic} has ${bytes}: ` +
        'announce an id and let the listener read the rest',
      { details: { announcementBytesMax } },
    );
  }
  return text;
}

/** Topic and payload, or undefined for what somebody else sent. */
export function decodeAnnouncement(text: string): { topic: string; payload: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string')
      return undefined;
    return { topic: value[0], payload: value[1] };
  } catch {
    return undefined;
  }
}

/** A name of at most 63 bytes, PostgreSQL's limit, for a topic of any length. */
export function channelOf(topic: string): string {
  return `plaza_${createHash('sha256').update(topic).digest('hex').slice(0, 40)}`;
}

/** Throws BAD_USER_INPUT for an empty or overlong topic. */
export function requireTopic(topic: string): void {
  if (topic === '' || Buffer.byteLength(topic) > topicBytesMax) {
    throw new AppError('BAD_USER_INPUT', `A topic has 1 to ${topicBytesMax} bytes`);
  }
}
