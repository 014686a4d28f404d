import { AppError } from '@plaza/schema/errors';
import { z } from 'zod';

/** Longest manifest, in bytes. */
export const manifestBytesMax = 64 * 1024 * 1024;

const text = z.string().min(1).max(1_000_000);

/** What `@apollo/generate-persisted-query-manifest` and graphql-codegen's Apollo preset write. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: text, body: text })),
});

/** What Relay's compiler and graphql-codegen's client preset write: texts by id. */
const relayManifest = z.record(text, text);

/**
 * Reads the operations of a manifest, by id. Throws AppError BAD_USER_INPUT that names the file for
 * what is none.
 */
export function readManifest(name: string, content: string): ReadonlyMap<string, string> {
  const json = parse(name, content);
  const apollo = apolloManifest.safeParse(json);
  if (apollo.success) return new Map(apollo.data.operations.map(({ id, body }) => [id, body]));
  const relay = relayManifest.safeParse(json);
  if (relay.success) return new Map(Object.entries(relay.data));
  throw new AppError(
    'BAD_USER_INPUT',
    `Manifest ${name} is neither Apollo's (format, version, operations) nor a map of texts by id`,
  );
}

function parse(name: string, content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    throw new AppError('BAD_USER_INPUT', `Manifest ${name} is not JSON`);
  }
}
