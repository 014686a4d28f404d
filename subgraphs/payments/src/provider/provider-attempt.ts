import { z } from 'zod';
import type { UnavailableReason, UnknownReason } from './payment-provider.ts';

export interface ProviderRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly responseBytesMax: number;
}

/** What one try over the network came to. */
export type Attempt =
  /** A definite answer: success, or a refusal that repeating does not change. */
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  /** Certainly not done. */
  | {
      readonly kind: 'not_done';
      readonly reason: UnavailableReason;
      readonly status?: number;
      readonly isRetryable: boolean;
      /** What the provider asks to wait, in milliseconds. */
      readonly retryAfterMs?: number;
    }
  /** Perhaps done. */
  | { readonly kind: 'unclear'; readonly reason: UnknownReason; readonly status?: number };

/** Failures to connect: nothing was sent. */
const notSentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** A 503 with one of these codes is the provider's own word that it did nothing. */
const notDoneCodes = new Set(['service_unavailable', 'sandbox_full']);
const errorCodeBody = z.object({ error: z.object({ code: z.string() }) });

/** One try. Never rejects; the signals tell a timeout from a caller that went away. */
export async function attemptCall(
  request: ProviderRequest,
  signals: { readonly timeout: AbortSignal; readonly caller: AbortSignal | undefined },
): Promise<Attempt> {
  if (signals.caller?.aborted) return { kind: 'not_done', reason: 'aborted', isRetryable: false };
  const signal = AbortSignal.any([
    signals.timeout,
    ...(signals.caller === undefined ? [] : [signals.caller]),
  ]);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: 'manual',
      signal,
    });
    return toAttempt(response, await readJson(response, request.responseBytesMax));
  } catch (error) {
    if (signals.caller?.aborted) return { kind: 'unclear', reason: 'aborted' };
    if (signals.timeout.aborted) return { kind: 'unclear', reason: 'timeout' };
    if (notSentCodes.has(causeCode(error))) {
      return { kind: 'not_done', reason: 'unreachable', isRetryable: true };
    }
    return { kind: 'unclear', reason: 'connection_lost' };
  }
}

function toAttempt(response: Response, body: unknown): Attempt {
  const { status } = response;
  if (status === 401 || status === 403) {
    return { kind: 'not_done', reason: 'credentials_refused', status, isRetryable: false };
  }
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'));
  const refused = { kind: 'not_done', status, isRetryable: true, retryAfterMs } as const;
  if (status === 429) return { ...refused, reason: 'rate_limited' };
  const error = errorCodeBody.safeParse(body);
  if (status === 503 && error.success && notDoneCodes.has(error.data.error.code)) {
    return { ...refused, reason: 'provider_down' };
  }
  if (status >= 500) return { kind: 'unclear', reason: 'server_error', status };
  const isDefinite = response.ok ? body !== undefined : status >= 400 && error.success;
  if (isDefinite) return { kind: 'answered', status, body };
  return { kind: 'unclear', reason: 'bad_answer', status };
}

/** The body as JSON; undefined when it is none or longer than the limit. */
async function readJson(response: Response, bytesMax: number): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) return undefined; // leaving the loop cancels the rest
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function readRetryAfter(header: string | null): number {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : 0;
}

function causeCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
