import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { fetchText } from '../subgraph-fetch/fetch-text.ts';
import type { Viewer } from './viewer.ts';
import { scopesIn } from './viewer.ts';

/** Longest answer that is read. */
const answerBytesMax = 16_384;
/** Longest name or id in an answer. */
const nameCharactersMax = 200;

const name = z.string().min(1).max(nameCharactersMax);

/** What the verifying service answers with status 200; further fields are ignored. */
const keyAnswer = z.discriminatedUnion('active', [
  z.object({ active: z.literal(false) }),
  z.object({
    active: z.literal(true),
    clientId: name,
    keyId: name.nullish(),
    scopes: z.array(z.string()).max(1_000).nullish(),
    /** As in token introspection (RFC 7662): with spaces between them. */
    scope: z.string().nullish(),
    contract: name.nullish(),
    rateLimitClass: name.nullish(),
    expiresAt: z.iso.datetime({ offset: true }).nullish(),
    claims: z.record(z.string(), z.unknown()).nullish(),
  }),
]);

/** What is known of a key that was asked about. */
export interface KeyAnswer {
  /** Equal answers have equal digests. */
  readonly digest: string;
  /** Whose key it is; undefined for one that is unknown, over or revoked. */
  readonly viewer: Viewer | undefined;
}

/** Asks whose key it is. Rejects when there is no answer that can be understood. */
export async function askAboutKey(
  key: string,
  { verifyUrl = '', secret, timeoutMs }: Config['authentication']['apiKeys'],
): Promise<KeyAnswer> {
  const { status, text } = await fetchText({
    url: verifyUrl,
    accept: 'application/json',
    headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
    body: { key },
    timeoutMs,
    bytesMax: answerBytesMax,
  });
  if (status !== 200) throw new Error(`An API key was answered with status ${status}`);
  const answer = keyAnswer.parse(JSON.parse(text));
  const digest = hash('sha256', text, 'base64url');
  if (!answer.active) return { digest, viewer: undefined };
  const { clientId, expiresAt, claims, ...partner } = answer;
  const viewer: Viewer = {
    id: clientId,
    kind: 'partner',
    scopes: new Set([...scopesIn(partner.scopes), ...scopesIn(partner.scope)]),
    expiresAt: expiresAt == null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
    claims: claims ?? {},
    apiKeyId: partner.keyId ?? undefined,
    contract: partner.contract ?? undefined,
    rateLimitClass: partner.rateLimitClass ?? undefined,
  };
  return { digest, viewer };
}
