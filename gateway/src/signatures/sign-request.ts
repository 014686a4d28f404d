import type { KeyObject } from 'node:crypto';
import { createHmac, createPrivateKey, hash, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError } from '@plaza/schema/errors';
import type { Config } from '../config.ts';

/** A request about to be sent to a subgraph. */
export interface UnsignedRequest {
  /** Name of the subgraph that is meant. */
  readonly subgraph: string;
  readonly method: 'GET' | 'POST';
  /** With the search of the URL. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where there is none, as in an upgrade. */
  readonly body: string | undefined;
}

/** The headers of a request with those that sign it. */
export type SignRequest = (request: UnsignedRequest) => Record<string, string>;

type Options = Config['signatures'];

/** Of no weight for what is answered, and for proxies to change. */
const unweighty = ['accept', 'traceparent', 'tracestate'];
const uncovered: ReadonlySet<string> = new Set([...unweighty, 'signature', 'signature-input']);

/**
 * Signs requests (HTTP Message Signatures, RFC 9421): method, path, body by its digest (RFC 9530), and
 * the headers, for one subgraph and a short time. Undefined where no key is configured. Throws AppError
 * BAD_USER_INPUT for a key that cannot be read.
 */
export function createSigner(
  options: Options,
  now: () => number = Date.now,
): SignRequest | undefined {
  const { keyId, algorithm, validMs } = options;
  if (keyId === undefined) return undefined;
  const seal = createSeal(options);
  const validS = Math.ceil(validMs / 1_000);
  // Unique by number within this process, and by the random part among processes.
  const nonces = randomBytes(12).toString('base64url');
  let lastNonce = 0;
  const ending = `;keyid="${keyId}";alg="${algorithm}"`;
  return ({ subgraph, method, path, headers, body }) => {
    const signed = { ...headers };
    if (body !== undefined) {
      signed['content-digest'] = `sha-256=:${hash('sha256', body, 'base64')}:`;
    }
    const { names, lines } = coveredParts(method, path, signed);
    const created = Math.floor(now() / 1_000);
    lastNonce += 1;
    const times = `;created=${created};expires=${created + validS}`;
    const parameters = `(${names})${times};nonce="${nonces}${lastNonce}"${ending};tag="${subgraph}"`;
    const signature = seal(`${lines}"@signature-params": ${parameters}`);
    signed['signature-input'] = `gateway=${parameters}`;
    signed.signature = `gateway=:${signature}:`;
    return signed;
  };
}

/** The names of what is covered as an inner list has them, and a line with the value of each. */
function coveredParts(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): { readonly names: string; readonly lines: string } {
  const queryAt = path.indexOf('?');
  let names = '"@method" "@path"';
  let lines = `"@method": ${method}\n"@path": ${queryAt < 0 ? path : path.slice(0, queryAt)}\n`;
  if (queryAt >= 0) {
    names += ' "@query"';
    lines += `"@query": ${path.slice(queryAt)}\n`;
  }
  for (const name in headers) {
    if (uncovered.has(name)) continue;
    names += ` "${name}"`;
    lines += `"${name}": ${(headers[name] ?? '').trim()}\n`;
  }
  return { names, lines };
}

function createSeal({ algorithm, secret = '', privateKeyFile = '' }: Options) {
  if (algorithm === 'hmac-sha256') {
    return (text: string): string => createHmac('sha256', secret).update(text).digest('base64');
  }
  const key = readPrivateKey(privateKeyFile);
  return (text: string): string => sign(null, Buffer.from(text), key).toString('base64');
}

function readPrivateKey(file: string): KeyObject {
  const place = `signatures.privateKeyFile (${file})`;
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', `${place} cannot be read as a key in PEM`, { cause });
  }
  throw new AppError('BAD_USER_INPUT', `${place} is no Ed25519 key`);
}
