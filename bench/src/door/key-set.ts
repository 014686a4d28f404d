import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An issuer of tokens that gateways trust. */
export interface KeySet extends AsyncDisposable {
  readonly issuer: string;
  /** Where its public keys are. */
  readonly url: string;
  /** A token that is good for a day. */
  readonly token: string;
}

const issuer = 'https://issuer.bench';
const audience = 'bench';
const tokenLifeS = 86_400;

/** Starts an issuer with one Ed25519 key (RFC 8037). Gateways ask it once, before they are measured. */
export async function startKeySet(): Promise<KeySet> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'EdDSA', use: 'sig' };
  const server = createServer((_request, response) =>
    response.end(JSON.stringify({ keys: [key] })),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const exp = Math.floor(Date.now() / 1_000) + tokenLifeS;
  const parts = [
    { alg: 'EdDSA', kid: 'bench' },
    { iss: issuer, aud: audience, sub: 'viewer', scope: 'order:read', exp },
  ];
  const signed = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign(null, Buffer.from(signed), privateKey).toString('base64url');
  return {
    issuer,
    url: `http://127.0.0.1:${port}/`,
    token: `${signed}.${signature}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** What a gateway is told of the issuer. */
export function trusting({ url }: Pick<KeySet, 'url'>) {
  return { authentication: { issuers: [{ issuer, jwksUrl: url, audience: [audience] }] } };
}
