import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import type { CallbackMessage } from '../subscriptions/subgraph-callbacks/callback-message.ts';
import { readCallbackMessage } from '../subscriptions/subgraph-callbacks/callback-message.ts';

/** The subscriptions of which subgraphs tell by calling. */
export interface CallbackTaker {
  has(id: string): boolean | Promise<boolean>;
  /** False when there is no such subscription, or whoever calls was not asked to. */
  take(message: CallbackMessage): boolean | Promise<boolean>;
}

/**
 * Takes what subgraphs tell of their subscriptions (HTTP callback protocol 1.0): 204 when it was
 * wanted, 404 when there is no such subscription or the verifier is not its own.
 */
export function serveCallbacks(
  server: FastifyInstance,
  callbacks: CallbackTaker,
  { path, bodyBytesMax }: Config['subscriptions']['callback'],
): void {
  server.post<{ Params: { readonly id: string } }>(
    `${path}/:id`,
    {
      bodyLimit: bodyBytesMax,
      // Before the body: whoever knows of no subscription gets nothing read.
      onRequest: async (request, reply) => {
        reply.header('subscription-protocol', 'callback/1.0');
        if (await callbacks.has(request.params.id)) return undefined;
        return reply.code(404).send();
      },
    },
    async (request, reply) => {
      const isTaken = await callbacks.take(readCallbackMessage(request.body));
      return reply.code(isTaken ? 204 : 404).send();
    },
  );
}
