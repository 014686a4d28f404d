import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { readCallbackMessage } from '../subscriptions/subgraph-callbacks/callback-message.ts';
import type { OpenCallbacks } from '../subscriptions/subgraph-callbacks/open-callbacks.ts';

/**
 * Takes what subgraphs tell of their subscriptions (HTTP callback protocol 1.0): 204 when it was
 * wanted, 404 when there is no such subscription or the verifier is not its own.
 */
export function serveCallbacks(
  server: FastifyInstance,
  callbacks: OpenCallbacks,
  { path, bodyBytesMax }: Config['subscriptions']['callback'],
): void {
  server.post<{ Params: { readonly id: string } }>(
    `${path}/:id`,
    {
      bodyLimit: bodyBytesMax,
      // Before the body: whoever knows of no subscription gets nothing read.
      onRequest: (request, reply, done) => {
        reply.header('subscription-protocol', 'callback/1.0');
        if (callbacks.has(request.params.id)) done();
        else reply.code(404).send();
      },
    },
    async (request, reply) => {
      const isTaken = callbacks.take(readCallbackMessage(request.body));
      return reply.code(isTaken ? 204 : 404).send();
    },
  );
}
