import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface PolicyQuestion {
  readonly policies: readonly string[];
  readonly viewer: { readonly id: string; readonly claims: Readonly<Record<string, unknown>> };
}

/** A service that decides policies, on a loopback port. */
export interface TestPolicyService extends AsyncDisposable {
  readonly url: string;
  readonly secret: string;
  readonly asked: readonly PolicyQuestion[];
  /** What is met from now on, by viewer. */
  allow(viewerId: string, policies: readonly string[]): void;
  behave(behaviour: 'ok' | '500' | 'hang' | 'nonsense'): void;
}

export async function startPolicyService(): Promise<TestPolicyService> {
  const secret = 'a secret of the gateway';
  const allowed = new Map<string, readonly string[]>();
  const asked: PolicyQuestion[] = [];
  let behaviour = 'ok';
  const server = createServer(async (request, response) => {
    const question = JSON.parse(await text(request)) as PolicyQuestion;
    asked.push(question);
    const met = allowed.get(question.viewer.id) ?? [];
    const policies = Object.fromEntries(question.policies.map((one) => [one, met.includes(one)]));
    if (behaviour === 'hang') return;
    const isKnown = request.headers.authorization === `Bearer ${secret}`;
    if (behaviour === '500' || !isKnown) response.statusCode = isKnown ? 500 : 401;
    response.end(
      behaviour === 'nonsense' ? '{"policies":{"a":"yes"}}' : JSON.stringify({ policies }),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/decide`,
    secret,
    asked,
    allow: (viewerId, policies) => allowed.set(viewerId, policies),
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
