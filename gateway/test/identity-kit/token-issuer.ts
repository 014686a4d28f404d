import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CryptoKey, JWK, JWTHeaderParameters, JWTPayload } from 'jose';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** What the server of the key set does with its next requests. */
export type KeySetBehaviour = 'ok' | '500' | 'redirect' | 'hang' | 'endless' | 'not-keys';

export interface SigningKey {
  readonly id: string;
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: JWK;
}

/** An identity provider: keys of its own, and a key set on a loopback port. */
export interface TokenIssuer extends AsyncDisposable {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** How often the key set was asked for. */
  requests(): number;
  /** What the key set holds from now on. */
  publish(keys: readonly SigningKey[]): void;
  behave(behaviour: KeySetBehaviour): void;
}

export async function createSigningKey(id: string, algorithm = 'EdDSA'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: id, alg: algorithm, use: 'sig' };
  return { id, algorithm, privateKey, publicKey: jwk };
}

/** Starts an issuer that publishes the keys. */
export async function startTokenIssuer(
  issuer: string,
  keys: readonly SigningKey[],
): Promise<TokenIssuer> {
  let published = keys;
  let behaviour: KeySetBehaviour = 'ok';
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    respond(response, behaviour, published);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    issuer,
    jwksUrl: `http://127.0.0.1:${port}/jwks.json`,
    requests: () => requests,
    publish: (next) => {
      published = next;
    },
    behave: (next) => {
      behaviour = next;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function respond(
  response: ServerResponse,
  behaviour: KeySetBehaviour,
  keys: readonly SigningKey[],
): void {
  switch (behaviour) {
    case 'ok':
      response.end(JSON.stringify({ keys: keys.map(({ publicKey }) => publicKey) }));
      return;
    case '500':
      response.writeHead(500).end('no');
      return;
    case 'redirect':
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      return;
    case 'not-keys':
      response.end('[1, 2, 3]');
      return;
    case 'endless': {
      const write = (): void => {
        if (response.destroyed) return;
        if (response.write(' '.repeat(65_536))) setImmediate(write);
        else response.once('drain', write);
      };
      write();
      return;
    }
    case 'hang':
      return;
  }
}

export interface TokenOptions {
  /** Over the default ones; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Partial<JWTHeaderParameters>;
  /** Moment at which it ends, milliseconds since 1970. Default: in 15 minutes. */
  readonly expiresAt?: number;
}

/** A token of the key; claims default to a good token of `https://id.test` for `graph`. */
export function signToken(key: SigningKey, options: TokenOptions = {}): Promise<string> {
  const expiresAt = options.expiresAt ?? Date.now() + 900_000;
  const exp = Math.floor(expiresAt / 1_000);
  const payload = { iss: 'https://id.test', aud: 'graph', sub: 'ada', exp, ...options.claims };
  return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
    .setProtectedHeader({ alg: key.algorithm, kid: key.id, ...options.header })
    .sign(key.privateKey, { crit: { urgent: true } });
}
