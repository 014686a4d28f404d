import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';
import { defaultTrafficOptions, ownTrafficOptions } from './subgraph-traffic-schema.ts';
import { busUrl, httpUrl } from './url-options.ts';

const webSocketUrl = z.url({
  protocol: /^wss?$/,
  error: 'must be a ws or wss URL, such as ws://localhost:4001/graphql',
});

/** What differs for one subgraph. */
export const subgraphSchema = z.strictObject({
  url: httpUrl
    .optional()
    .describe(
      'Where to send operations, instead of the URL in the supergraph. Without a supergraph the ' +
        'gateway asks there for the SDL, too.',
    ),
  urls: z
    .array(httpUrl)
    .min(1)
    .max(256)
    .optional()
    .describe('Its replicas, instead of `url`: the one with the fewest calls under way is asked.'),
  sdl: z
    .string()
    .min(1)
    .optional()
    .describe('File of its SDL, where there is no supergraph: the subgraph is not asked for it.'),
  timeoutMs: milliseconds({ min: 1, max: 600_000 })
    .optional()
    .describe('Deadline of one call, in milliseconds. Default: subgraphDefaults.timeoutMs.'),
  connectionsMax: count(10_000)
    .optional()
    .describe('Sockets kept to each replica. Default: subgraphDefaults.connectionsMax.'),
  responseBytesMax: count(1_073_741_824)
    .optional()
    .describe('Longest answer, in bytes. Default: subgraphDefaults.responseBytesMax.'),
  subscriptionProtocol: z
    .enum(['websocket', 'callback'])
    .default('websocket')
    .describe('How its events come: by graphql-transport-ws, or by the HTTP callback protocol.'),
  subscriptionUrl: webSocketUrl
    .optional()
    .describe('Where to subscribe, instead of the URL for operations with ws for http.'),
  pubSubUrl: busUrl.optional().describe('Where it announces, if not at pubSub.url.'),
  ...ownTrafficOptions,
});

/** What holds for every subgraph. */
export const subgraphDefaultsSchema = z.strictObject({
  timeoutMs: milliseconds({ min: 1, max: 600_000 })
    .default(15_000)
    .describe('Deadline of one call to a subgraph with all its attempts, in milliseconds.'),
  connectionsMax: count(10_000).default(64).describe('Sockets kept to each replica of a subgraph.'),
  responseBytesMax: count(1_073_741_824)
    .default(33_554_432)
    .describe('Longest answer of a subgraph, in bytes. A longer one is cut off and is an error.'),
  ...defaultTrafficOptions,
});
