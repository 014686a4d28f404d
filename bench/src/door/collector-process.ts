/** An OpenTelemetry collector that takes everything and keeps nothing: a gateway's work ends there. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CollectorListening {
  readonly kind: 'listening';
  readonly url: string;
}

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(200).end());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({
    kind: 'listening',
    url: `http://127.0.0.1:${port}`,
  } satisfies CollectorListening);
});
process.on('disconnect', () => process.exit());
