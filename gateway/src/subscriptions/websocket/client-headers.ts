import type { IncomingHttpHeaders } from 'node:http';
import { headers as headerNames } from '@plaza/schema/headers';
import type { Config } from '../../config.ts';
import type { Payload } from './client-messages.ts';

/** A header's value as HTTP carries it (RFC 9110, section 5.5), in Latin-1. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const valueCharactersMax = 8_192;

/** The headers of a client that an operation may need; the others are forgotten. */
export function keptHeaderNames({
  headers,
  authentication,
}: Pick<Config, 'headers' | 'authentication'>): ReadonlySet<string> {
  const { verifyUrl, header } = authentication.apiKeys;
  return new Set([
    ...headers.forward,
    ...(verifyUrl === undefined ? [] : [header]),
    headerNames.authorization,
    headerNames.clientName,
    headerNames.clientVersion,
    'apollographql-client-name',
    'apollographql-client-version',
  ]);
}

/** Those of the upgrade request. */
export function readUpgradeHeaders(
  headers: IncomingHttpHeaders,
  kept: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const read: Record<string, string> = {};
  for (const name of kept) {
    const value = headers[name];
    if (value !== undefined) read[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return read;
}

/**
 * The same with those of the payload of `connection_init`, which win: browsers cannot set headers of
 * an upgrade. They stand in the payload itself or in its `headers`; letter case does not matter.
 */
export function addInitHeaders(
  headers: Readonly<Record<string, string>>,
  payload: Payload,
  kept: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const added = { ...headers };
  const inner = payload.headers;
  const maps = [payload, typeof inner === 'object' && inner !== null ? inner : {}];
  for (const [key, value] of maps.flatMap((map) => Object.entries(map))) {
    const name = key.toLowerCase();
    if (kept.has(name) && isHeaderValue(value)) added[name] = value;
  }
  return added;
}

function isHeaderValue(value: unknown): value is string {
  return typeof value === 'string' && value.length <= valueCharactersMax && headerValue.test(value);
}
