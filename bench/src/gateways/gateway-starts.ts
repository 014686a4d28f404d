import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { GatewayStart } from './gateway-under-test.ts';

const require = createRequire(import.meta.url);

/** The two gateways that take turns, both on the same supergraph file. */
export function listGatewayStarts({
  supergraphFile,
  configFile,
  isControl,
}: {
  readonly supergraphFile: string;
  readonly configFile: string;
  readonly isControl: boolean;
}): readonly GatewayStart[] {
  const apollo: GatewayStart = {
    name: '@apollo/gateway',
    module: new URL('./apollo-process.js', import.meta.url),
    args: (port) => [supergraphFile, String(port)],
    path: '/',
  };
  if (isControl) {
    return [apollo, { ...apollo, name: '@apollo/gateway again' }];
  }
  const plaza: GatewayStart = {
    name: 'Plaza gateway',
    module: pathToFileURL(require.resolve('@plaza/gateway/main')),
    args: (port) => [
      ...['--supergraph', supergraphFile],
      ...['--config', configFile],
      ...['--port', String(port)],
    ],
    path: '/graphql',
  };
  return [plaza, apollo];
}

/** The Plaza gateway's configuration for a run: nothing is logged and nothing is looked at. */
export const plazaConfig = `logging:
  level: silent
pollIntervalMs: 0
`;
