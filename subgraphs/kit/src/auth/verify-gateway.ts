import { AppError } from '@plaza/schema/errors';
import type { MessageSignature, SignedRequest } from './message-signature.ts';
import { readMessageSignature, signatureBase } from './message-signature.ts';
import type { SignatureKeys } from './signature-keys.ts';

/** The clocks of two machines may differ by this much. */
const clockSkewS = 5;
/** No signature is good for longer, whatever it says. */
const validSMax = 600;
/** Signatures remembered, so that none is taken twice. */
const noncesMax = 100_000;

/** Headers that say who asks: none of them may come unsigned. */
const identityHeaders = /^(?:authorization|cookie|plaza-.*)$/;

export interface GatewayRules {
  readonly keys: SignatureKeys;
  /** Name of this subgraph: a call that is meant for another one is none to it. */
  readonly subgraph: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Throws AppError FORBIDDEN for a request whose head no gateway has signed; the body is not looked at. */
export type VerifyGateway = (request: SignedRequest) => void;

/**
 * Verifies that requests come from a gateway: each is signed by one of the keys (RFC 9421), for this
 * subgraph, lately, and once. Signed must be method, path, search if there is one, the body's digest
 * if there is a body, and all headers that say who asks.
 */
export function createGatewayVerifier({
  keys,
  subgraph,
  now = Date.now,
}: GatewayRules): VerifyGateway {
  const nonces = new Nonces();
  return (request) => {
    const signature = readMessageSignature(request.headers);
    if (signature === undefined) throw refusal('it has no signature of one');
    const key = keys.get(signature.keyId ?? '');
    if (key === undefined) throw refusal('it is signed with an unknown key');
    if ((signature.algorithm ?? key.algorithm) !== key.algorithm) {
      throw refusal('its key is for another algorithm');
    }
    const problem = problemOf(signature, request, { subgraph, nowS: now() / 1_000 });
    if (problem !== undefined) throw refusal(problem);
    const base = signatureBase(signature, request);
    if (base === undefined || !key.isSignatureOf(signature.signature, base)) {
      throw refusal('the signature does not fit it');
    }
    const isNew = nonces.add(`${signature.keyId} ${signature.nonce}`, now() / 1_000);
    if (!isNew) throw refusal('it came before');
  };
}

function problemOf(
  { covered, created, expires, nonce, tag }: MessageSignature,
  { method, target, headers }: SignedRequest,
  { subgraph, nowS }: { readonly subgraph: string; readonly nowS: number },
): string | undefined {
  if (tag !== subgraph) return 'it is meant for another service';
  if (created === undefined || expires === undefined || nonce === undefined) {
    return 'its signature lacks created, expires or nonce';
  }
  if (created > nowS + clockSkewS) return 'it is signed in the future: do the clocks agree?';
  if (Math.min(expires, created + validSMax) < nowS - clockSkewS) return 'its signature is too old';
  const needed = ['@method', '@path', ...(target.includes('?') ? ['@query'] : [])];
  if (method !== 'GET') needed.push('content-digest');
  const unsigned = [...needed, ...presentIn(headers)].find((name) => !covered.includes(name));
  return unsigned === undefined ? undefined : `its signature does not cover ${unsigned}`;
}

function presentIn(headers: SignedRequest['headers']): readonly string[] {
  return Object.keys(headers).filter((name) => identityHeaders.test(name));
}

/** What came in the time in which it could come again. */
class Nonces {
  readonly #seen = new Map<string, number>();

  /** False for one that is known. */
  add(nonce: string, nowS: number): boolean {
    if (this.#seen.has(nonce)) return false;
    for (const [old, seenS] of this.#seen) {
      const isForgotten = seenS < nowS - validSMax || this.#seen.size >= noncesMax;
      if (!isForgotten) break;
      this.#seen.delete(old);
    }
    this.#seen.set(nonce, nowS);
    return true;
  }
}

function refusal(why: string): AppError {
  return new AppError('FORBIDDEN', `This service answers its gateway alone, and ${why}`);
}
