/** A signature as a request carries it (HTTP Message Signatures, RFC 9421, section 4). */
export interface MessageSignature {
  /** The names of what it covers. */
  readonly covered: readonly string[];
  /** Seconds since 1970. */
  readonly created: number | undefined;
  readonly expires: number | undefined;
  readonly nonce: string | undefined;
  readonly keyId: string | undefined;
  readonly algorithm: string | undefined;
  readonly tag: string | undefined;
  /** The covered names and parameters as they were signed. */
  readonly parameters: string;
  readonly signature: Buffer;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const inputPattern =
  /^gateway=(\(((?:"[a-z0-9@_.-]+" ?)*)\)((?:;[a-z]+=(?:"[^"\\]*"|\d{1,15}))*))$/;
const signaturePattern = /^gateway=:([A-Za-z0-9+/]+=*):$/;
const headerCharactersMax = 8_192;

/**
 * The signature labelled `gateway`, in the one form in which gateways write it: no other signatures
 * beside it, no parameters of components. Undefined when there is none, or another one.
 */
export function readMessageSignature(headers: Headers): MessageSignature | undefined {
  const { 'signature-input': input, signature } = headers;
  if (typeof input !== 'string' || typeof signature !== 'string') return undefined;
  if (input.length > headerCharactersMax || signature.length > headerCharactersMax)
    return undefined;
  const [, parameters, names, given] = inputPattern.exec(input) ?? [];
  const [, base64] = signaturePattern.exec(signature) ?? [];
  if (parameters === undefined || base64 === undefined) return undefined;
  const values = parametersIn(given ?? '');
  const covered = [...(names ?? '').matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
  if (new Set(covered).size !== covered.length || values === undefined) return undefined;
  return {
    covered,
    created: numberIn(values.get('created')),
    expires: numberIn(values.get('expires')),
    nonce: textIn(values.get('nonce')),
    keyId: textIn(values.get('keyid')),
    algorithm: textIn(values.get('alg')),
    tag: textIn(values.get('tag')),
    parameters,
    signature: Buffer.from(base64, 'base64'),
  };
}

/** The request that a signature is held against. */
export interface SignedRequest {
  readonly method: string;
  /** As it came: path and search. */
  readonly target: string;
  readonly headers: Headers;
}

/** The text that was signed (RFC 9421, section 2.5); undefined when something covered is not there. */
export function signatureBase(
  { covered, parameters }: Pick<MessageSignature, 'covered' | 'parameters'>,
  request: SignedRequest,
): string | undefined {
  let base = '';
  for (const name of covered) {
    const value = componentOf(name, request);
    if (value === undefined) return undefined;
    base += `"${name}": ${value}\n`;
  }
  return `${base}"@signature-params": ${parameters}`;
}

function componentOf(name: string, { method, target, headers }: SignedRequest): string | undefined {
  const queryAt = target.indexOf('?');
  switch (name) {
    case '@method':
      return method;
    case '@path':
      return queryAt < 0 ? target : target.slice(0, queryAt);
    case '@query':
      return queryAt < 0 ? '?' : target.slice(queryAt);
    case '@authority':
      return typeof headers.host === 'string' ? headers.host.toLowerCase() : undefined;
    default: {
      const value = name.startsWith('@') ? undefined : headers[name];
      return Array.isArray(value) ? value.map((one) => one.trim()).join(', ') : value?.trim();
    }
  }
}

/** Undefined when one is named twice. */
function parametersIn(text: string): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/;([a-z]+)=("[^"]*"|\d+)/g)) {
    if (values.has(name)) return undefined;
    values.set(name, value);
  }
  return values;
}

function numberIn(value: string | undefined): number | undefined {
  return value === undefined || value.startsWith('"') ? undefined : Number(value);
}

function textIn(value: string | undefined): string | undefined {
  return value?.startsWith('"') ? value.slice(1, -1) : undefined;
}
