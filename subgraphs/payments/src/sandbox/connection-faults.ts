import type { FastifyReply, FastifyRequest } from 'fastify';

/** Cuts the connection without an answer, as a crashed peer does. */
export function resetConnection(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
  return reply;
}

/** Leaves the call without an answer until the client goes away or the time is over. */
export function hang(request: FastifyRequest, reply: FastifyReply, hangMs: number): FastifyReply {
  reply.hijack();
  const { socket } = request.raw;
  const timer = setTimeout(() => socket.resetAndDestroy(), hangMs);
  socket.once('close', () => clearTimeout(timer));
  return reply;
}
