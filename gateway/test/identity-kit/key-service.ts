import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '../kit/eventually.ts';

export type KeyServiceBehaviour = 'ok' | '500' | 'hang' | 'nonsense';

/** A service that knows partners' keys, on a loopback port. */
export interface KeyService extends AsyncDisposable {
  readonly verifyUrl: string;
  readonly secret: string;
  /** The keys that it was asked about, in order. */
  readonly asked: readonly string[];
  /** What it answers to a key beside `active`; undefined revokes it. */
  set(key: string, facts: Readonly<Record<string, unknown>> | undefined): void;
  behave(behaviour: KeyServiceBehaviour): void;
  /** Resolves when it was asked so often. */
  untilAsked(times: number): Promise<void>;
}

export async function startKeyService(): Promise<KeyService> {
  const secret = 'a secret of the gateway';
  const known = new Map<string, Readonly<Record<string, unknown>>>();
  const asked: string[] = [];
  let behaviour: KeyServiceBehaviour = 'ok';
  const answer = (key: string): string => {
    const facts = known.get(key);
    return JSON.stringify(facts === undefined ? { active: false } : { active: true, ...facts });
  };
  const server = createServer(async (request, response) => {
    const key = await keyIn(request, secret);
    if (key === undefined) {
      response.writeHead(401).end('{}');
      return;
    }
    asked.push(key);
    // What was true when it was asked.
    const truth = answer(key);
    if (behaviour === 'hang') return;
    if (behaviour === 'nonsense') response.end('{"active":true}');
    else if (behaviour === '500') response.writeHead(500).end(truth);
    else response.end(truth);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    verifyUrl: `http://127.0.0.1:${port}/verify`,
    secret,
    asked,
    set: (key, facts) => {
      if (facts === undefined) known.delete(key);
      else known.set(key, facts);
    },
    behave: (next) => {
      behaviour = next;
    },
    untilAsked: (times) => eventually(() => asked.length >= times),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function keyIn(request: IncomingMessage, secret: string): Promise<string | undefined> {
  const body = JSON.parse(await text(request)) as { readonly key: string };
  return request.headers.authorization === `Bearer ${secret}` ? body.key : undefined;
}
