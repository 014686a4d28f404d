import { randomFillSync } from 'node:crypto';
import { AppError } from '@plaza/schema/errors';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Where a new id takes its time and randomness from; tests put their own. */
export interface UuidSources {
  readonly now: () => number;
  /** Fills the bytes with randomness. */
  readonly fill: (bytes: Uint8Array) => void;
}

const systemSources: UuidSources = { now: Date.now, fill: (bytes) => void randomFillSync(bytes) };

/** A new UUID version 7 (RFC 9562 section 5.7): later ids sort after earlier ones by millisecond. */
export function createUuidV7({ now, fill }: UuidSources = systemSources): string {
  const bytes = Buffer.alloc(16);
  fill(bytes);
  bytes.writeUIntBE(now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20)].join('-');
}

/** True when the text is a UUID of any version, so that PostgreSQL takes it as one. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && pattern.test(text);
}

/** The id in the form that the database returns. Throws BAD_USER_INPUT that names the argument. */
export function requireUuid(text: string, field: string): string {
  if (!isUuid(text)) {
    throw new AppError('BAD_USER_INPUT', `${field} must be an id of this graph (a UUID)`, {
      details: { field },
    });
  }
  return text.toLowerCase();
}
