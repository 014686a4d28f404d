/**
 * Mercurius as a gateway, as its documentation starts it in production. It knows Federation 1 only:
 * the second argument names a file with the subgraphs' SDL in those words. With a fourth, the subgraph
 * of prices is there, and subscriptions are served.
 */
import { readFileSync } from 'node:fs';
import gateway from '@mercuriusjs/gateway';
import Fastify from 'fastify';

const [origin, sdlFile, port, pricesUrl] = process.argv.slice(2);
const sdlByName = JSON.parse(readFileSync(sdlFile, 'utf8'));
const server = Fastify({ logger: false });
await server.register(gateway, {
  jit: 1,
  subscription: pricesUrl !== undefined,
  gateway: {
    services: Object.entries(sdlByName).map(([name, schema]) => ({
      name,
      ...(name === 'prices'
        ? { url: pricesUrl, wsUrl: pricesUrl.replace(/^http/, 'ws') }
        : { url: `${origin}/${name}` }),
      schema,
      mandatory: true,
      // Its default of 10 sockets would make it wait at 50 connections.
      connections: 64,
    })),
  },
});
await server.listen({ host: '127.0.0.1', port: Number(port) });
