import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookDelivery, WebhookVerdict } from './payment-provider.ts';
import { eventBody } from './provider-bodies.ts';

/** The header that the provider signs with. */
const signatureHeader = 'sandbox-signature';
const headerCharactersMax = 1_000;
/** Signatures looked at in one header; the provider sends several while a secret is replaced. */
const signaturesMax = 4;

export interface WebhookRules {
  /** Secrets that are valid now: two while one replaces the other. */
  readonly secrets: readonly string[];
  /** How far the time of signing may be from now, either way, in milliseconds. */
  readonly toleranceMs: number;
}

/**
 * Whether the provider sent these bytes within the tolerance, and what they say. Signatures are
 * compared in constant time, all of them; the body is parsed only after they hold.
 */
export function verifyWebhook(
  { headers, rawBody }: WebhookDelivery,
  { secrets, toleranceMs }: WebhookRules,
  nowMs: number,
): WebhookVerdict {
  const header = headers[signatureHeader];
  if (header === undefined) return rejected('signature_missing');
  const parsed = typeof header === 'string' ? parseSignatureHeader(header) : undefined;
  if (parsed === undefined) return rejected('signature_malformed');
  let isSigned = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret)
      .update(`${parsed.seconds}.`)
      .update(rawBody)
      .digest();
    for (const signature of parsed.signatures) {
      if (timingSafeEqual(signature, expected)) isSigned = true;
    }
  }
  if (!isSigned) return rejected('signature_wrong');
  if (Math.abs(nowMs - Number(parsed.seconds) * 1_000) > toleranceMs) {
    return rejected('outside_tolerance');
  }
  const event = eventBody.safeParse(parseJson(rawBody));
  return event.success ? { kind: 'verified', event: event.data } : rejected('body_malformed');
}

/** `t=<Unix seconds>,v1=<hex>` with one or more `v1`; parts of other names are left to the future. */
function parseSignatureHeader(
  header: string,
): { readonly seconds: string; readonly signatures: readonly Buffer[] } | undefined {
  if (header.length > headerCharactersMax) return undefined;
  const parts = header.split(',');
  const seconds = parts.flatMap((part) => /^t=(\d{1,12})$/.exec(part)?.[1] ?? []);
  const signatures = parts.flatMap((part) => /^v1=([0-9a-f]{64})$/.exec(part)?.[1] ?? []);
  const [first, second] = seconds;
  if (first === undefined || second !== undefined || signatures.length === 0) return undefined;
  return {
    seconds: first,
    signatures: signatures.slice(0, signaturesMax).map((hex) => Buffer.from(hex, 'hex')),
  };
}

function parseJson(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(rawBody).toString('utf8'));
  } catch {
    return undefined;
  }
}

function rejected(reason: (WebhookVerdict & { kind: 'rejected' })['reason']): WebhookVerdict {
  return { kind: 'rejected', reason };
}
