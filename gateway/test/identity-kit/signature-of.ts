import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a request says of its signature, read as RFC 9421 describes it. */
export interface ReadSignature {
  readonly covered: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  /** The text that was signed, by what came. */
  readonly base: string;
  readonly signature: Buffer;
}

export function signatureOf(headers: IncomingHttpHeaders, method: string, target: string) {
  const input = String(headers['signature-input']);
  const [, names = '', rest = ''] = /^gateway=\(([^)]*)\)(.*)$/.exec(input) ?? [];
  const covered = names.split(' ').map((name) => name.slice(1, -1));
  const url = new URL(target, 'http://subgraph');
  const derived: Readonly<Record<string, string>> = {
    '@method': method,
    '@path': url.pathname,
    '@query': url.search,
  };
  const lines = covered.map((name) => `"${name}": ${derived[name] ?? String(headers[name])}`);
  const signature = String(headers.signature).replace(/^gateway=:|:$/g, '');
  return {
    covered,
    parameters: Object.fromEntries(
      rest
        .split(';')
        .slice(1)
        .map((part) => part.replaceAll('"', '').split('=')),
    ) as ReadSignature['parameters'],
    base: [...lines, `"@signature-params": (${names})${rest}`].join('\n'),
    signature: Buffer.from(signature, 'base64'),
  } satisfies ReadSignature;
}

export function isHmac({ base, signature }: ReadSignature, secret: string): boolean {
  return createHmac('sha256', secret).update(base).digest().equals(signature);
}

export function digestOf(body: unknown): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return `sha-256=:${createHash('sha256').update(text).digest('base64')}:`;
}
