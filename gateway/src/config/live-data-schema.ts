import { z } from 'zod';
import { count, milliseconds } from './number-options.ts';
import { httpUrl } from './url-options.ts';

const overflowRule = z.enum(['disconnect', 'coalesce', 'dropNewest']);

const subscriptionField = z.strictObject({
  overflow: overflowRule.optional().describe('Default: subscriptions.overflow.'),
  coalesceBy: z
    .string()
    .regex(/^[_A-Za-z]\w*(\.[_A-Za-z]\w*)*$/, 'must be a path of field names, such as seat.id')
    .optional()
    .describe('Path of the value whose latest event replaces the ones before. Default: any event.'),
  eventsPerSecondMax: count(1_000_000)
    .optional()
    .describe('Events let through in a second. Default: subscriptions.eventsPerSecondMax.'),
});

const ownPaths = /^\/(cache|explorer|graphql|live|metrics|ready)(\/|$)/;

/** Subgraphs whose events come by the HTTP callback protocol. */
const callback = z.strictObject({
  publicUrl: httpUrl
    .optional()
    .describe('URL at which subgraphs reach the path of this very gateway, no other one of many.'),
  path: z
    .string()
    .regex(/^(\/[\w.~-]+)+$/, 'must be a path, such as /callbacks')
    .refine((path) => !ownPaths.test(path), 'is a path of the gateway itself')
    .default('/callbacks')
    .describe('Where the HTTP server takes callbacks, if publicUrl is set; the id follows.'),
  heartbeatIntervalMs: milliseconds({ min: 250, max: 600_000 })
    .default(5_000)
    .describe(
      'Time between heartbeats of a subgraph, in milliseconds; it is asked again when three are missing.',
    ),
  bodyBytesMax: count(104_857_600)
    .default(1_048_576)
    .describe('Longest callback, and so longest event, in bytes.'),
});

/** Clients' subscriptions and the sockets that they come by. */
export const subscriptionsSchema = z.strictObject({
  channelsMax: count(10_000_000)
    .default(50_000)
    .describe('Different subscriptions open at once; equal ones are one.'),
  socketsMax: count(1_000_000).default(20_000).describe('Client WebSockets open at once.'),
  socketsPerClientMax: count(1_000_000)
    .default(20_000)
    .describe('WebSockets of one address. Behind a proxy all clients have its address.'),
  streamsMax: count(1_000_000)
    .default(20_000)
    .describe('Subscriptions over HTTP (event streams, multipart) open at once.'),
  streamsPerClientMax: count(1_000_000)
    .default(20_000)
    .describe('Those of one address or viewer. Behind a proxy all clients have its address.'),
  heartbeatIntervalMs: milliseconds({ min: 250, max: 600_000 })
    .default(5_000)
    .describe(
      'Silence after which a stream over HTTP gets a heartbeat, and time between the keep-alives of a ' +
        'legacy WebSocket, in milliseconds.',
    ),
  operationsPerSocketMax: count(100_000)
    .default(100)
    .describe('Operations under way on one client WebSocket, subscriptions among them.'),
  connectionInitTimeoutMs: milliseconds({ min: 100, max: 600_000 })
    .default(10_000)
    .describe('Time for a client to send connection_init, in milliseconds.'),
  pingIntervalMs: milliseconds({ min: 1_000, max: 3_600_000 })
    .default(30_000)
    .describe('Silence after which a socket is pinged, in milliseconds; after two it is dead.'),
  messageBytesMax: count(104_857_600)
    .default(262_144)
    .describe('Longest message of a client, in bytes.'),
  messagesPerSecondMax: count(1_000_000)
    .default(200)
    .describe('Messages that one client may send in a second; then its socket is closed.'),
  bufferedBytesMax: count(1_073_741_824)
    .default(65_536)
    .describe('Bytes that may wait for one client to read them before the overflow rule holds.'),
  overflow: overflowRule
    .default('disconnect')
    .describe('What becomes of events that a client is too slow for.'),
  eventsPerSecondMax: count(1_000_000)
    .default(1_000)
    .describe('Events of one subscription let through in a second; then the overflow rule holds.'),
  callback: callback.prefault({}).describe('Events that subgraphs bring by HTTP.'),
  fields: z
    .record(
      z.string().regex(/^\w+\.\w+$/, 'is not like Subscription.seatChanged'),
      subscriptionField,
    )
    .default({})
    .describe('What differs for one subscription field, by its coordinate.'),
});

/** Sockets to the subgraphs. */
export const subgraphSocketsSchema = z.strictObject({
  socketsMax: count(1_000_000)
    .default(10_000)
    .describe('WebSockets open to all subgraphs together; each forwarded identity needs its own.'),
  subscriptionsPerSocketMax: count(1_000_000)
    .default(1_000)
    .describe('Subscriptions on one WebSocket to a subgraph; more open another.'),
  idleTimeoutMs: milliseconds({ min: 0, max: 3_600_000 })
    .default(10_000)
    .describe('Time that a WebSocket without subscriptions stays open, in milliseconds.'),
  pingIntervalMs: milliseconds({ min: 1_000, max: 3_600_000 })
    .default(15_000)
    .describe('Silence after which a subgraph is pinged, in milliseconds; after two it is lost.'),
  retryDelayMsMax: milliseconds({ min: 1, max: 600_000 })
    .default(10_000)
    .describe('Longest wait before a lost connection is tried again, in milliseconds.'),
  retryTimeoutMs: milliseconds({ min: 0, max: 86_400_000 })
    .default(300_000)
    .describe('Time without a connection after which its subscriptions end, in milliseconds.'),
});
