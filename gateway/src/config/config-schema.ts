import { z } from 'zod';
import { authentication, authorization } from './access-schema.ts';
import {
  answerHeadersSchema,
  compressionSchema,
  corsSchema,
  csrfSchema,
} from './browsers-schema.ts';
import { cacheSchema } from './cache-schema.ts';
import { checkCallbackChoice } from './callback-choice.ts';
import { checkContractChoice, contractsSchema, defaultContract } from './contracts-schema.ts';
import { checkHeaderChoice } from './header-choice.ts';
import { headersSchema } from './header-schema.ts';
import { limitsSchema } from './limits-schema.ts';
import { subgraphSocketsSchema, subscriptionsSchema } from './live-data-schema.ts';
import { count, milliseconds } from './number-options.ts';
import { clusterSchema, loggingSchema, metricsSchema, overloadSchema } from './operation-schema.ts';
import { persistedOperationsSchema } from './persisted-operations-schema.ts';
import { overridesSchema, planningSchema } from './planning-schema.ts';
import { rateLimitsSchema } from './rate-limits-schema.ts';
import { checkRedisChoice } from './redis-choice.ts';
import { redisSchema } from './redis-schema.ts';
import { shadowSchema } from './shadow-schema.ts';
import { signaturesSchema } from './signatures-schema.ts';
import { subgraphDefaultsSchema, subgraphSchema } from './subgraph-schema.ts';
import { checkSupergraphChoice } from './supergraph-choice.ts';
import { telemetrySchema } from './telemetry-schema.ts';
import { busUrl } from './url-options.ts';

const http = z.strictObject({
  connectionsMax: count(1_000_000).default(20_000).describe('Client sockets open at once.'),
  waitingConnectionsMax: count(65_535)
    .default(4_096)
    .describe(
      'Client connections that may wait to be accepted, as after an outage, when all come back at once. ' +
        'The system may allow fewer (net.core.somaxconn).',
    ),
  headersTimeoutMs: milliseconds({ min: 100, max: 600_000 })
    .default(10_000)
    .describe('Time for a client to send the request headers, in milliseconds.'),
  receiveTimeoutMs: milliseconds({ min: 100, max: 600_000 })
    .default(30_000)
    .describe('Time for a client to send the whole request, in milliseconds.'),
  keepAliveTimeoutMs: milliseconds({ min: 1, max: 3_600_000 })
    .default(75_000)
    .describe('Time that an idle client socket stays open, in milliseconds.'),
  headers: answerHeadersSchema,
});

const documentCache = z.strictObject({
  entriesMax: count(1_000_000)
    .default(5_000)
    .describe(
      'Parsed and validated documents kept for each version of the supergraph, and of each contract.',
    ),
  charactersMax: count(1_000_000_000)
    .default(4_000_000)
    .describe('Characters of document text that those entries may add up to.'),
});

const explorerExample = z.strictObject({
  name: z.string().min(1).max(200).describe('What the menu calls it.'),
  query: z.string().min(1).max(100_000).describe('The document.'),
  variables: z.record(z.string(), z.json()).optional().describe('Variables of the operation.'),
  headers: z.record(z.string(), z.string()).optional().describe('Request headers of its tab.'),
});

const options = z.strictObject({
  supergraph: z
    .string()
    .min(1, 'is empty: name a supergraph file or URL with --supergraph')
    .optional()
    .describe(
      'Supergraph SDL: a file, or an http(s) URL. In a configuration file, relative to that file. ' +
        'Without it the gateway composes what `subgraphs` names; each needs its URL then.',
    ),
  lastGoodSupergraph: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File that keeps each supergraph that was served, for a start while there is none to load. ' +
        'Default: none is kept, and such a start fails.',
    ),
  pollIntervalMs: milliseconds({ min: 0, max: 86_400_000 })
    .default(5_000)
    .describe('Time between looks for a changed supergraph, in milliseconds. 0: never look again.'),
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: z.int().min(0).max(65_535).default(4000).describe('Port to listen on. 0: any free one.'),
  requestTimeoutMs: milliseconds({ min: 1, max: 600_000 })
    .default(30_000)
    .describe('Deadline of one operation, in milliseconds.'),
  drainTimeoutMs: milliseconds({ min: 0, max: 600_000 })
    .default(10_000)
    .describe('Time for operations under way to finish after SIGTERM, in milliseconds.'),
  drainDelayMs: milliseconds({ min: 0, max: 600_000 })
    .default(0)
    .describe(
      'Time after SIGTERM in which new connections are still taken, while /ready says 503, for ' +
        'balancers to see it, in milliseconds.',
    ),
  cluster: clusterSchema.prefault({}).describe('Several processes on one port.'),
  subgraphDefaults: subgraphDefaultsSchema.prefault({}).describe('What holds for every subgraph.'),
  subgraphs: z
    .record(z.string(), subgraphSchema)
    .default({})
    .describe('What differs for one subgraph, by its name in the supergraph.'),
  headers: headersSchema.prefault({}).describe('What subgraphs are told of a client.'),
  signatures: signaturesSchema
    .prefault({})
    .describe('By which subgraphs know that a call comes from the gateway.'),
  authentication: authentication.prefault({}).describe('Who sends a request.'),
  authorization: authorization
    .prefault({})
    .describe('What becomes of fields under @authenticated, @requiresScopes and @policy.'),
  pubSub: z
    .strictObject({
      url: busUrl
        .optional()
        .describe(
          'Where the topics of @eventSource are announced: a server, or with commas between them ' +
            'some nodes of one Redis cluster. Without it those fields are refused.',
        ),
    })
    .prefault({})
    .describe('The bus of the subgraphs, for subscriptions that topics feed.'),
  deduplicateSubgraphCalls: z
    .boolean()
    .default(true)
    .describe('Whether requests wait for the same query that a subgraph is already asked.'),
  collapseRequests: z
    .boolean()
    .default(true)
    .describe('Whether equal queries of one identity that arrive together are executed once.'),
  overload: overloadSchema
    .prefault({})
    .describe('When new operations are refused, so that the process does not fall.'),
  limits: limitsSchema.prefault({}).describe('What one request may ask for.'),
  contracts: contractsSchema.describe(
    'Parts of the graph, by @tag, each for clients at /graphql/<name> or with an API key that is for it.',
  ),
  defaultContract: defaultContract.describe(
    'Name of the contract at /graphql for clients whose key says none. Default: the whole graph.',
  ),
  http: http.prefault({}).describe('Client sockets.'),
  subscriptions: subscriptionsSchema.prefault({}).describe('Live data.'),
  subgraphSockets: subgraphSocketsSchema.prefault({}).describe('Subscriptions to the subgraphs.'),
  documentCache: documentCache.prefault({}),
  planCache: z
    .strictObject({
      entriesMax: count(1_000_000)
        .default(2_000)
        .describe('Query plans kept for each version of the supergraph.'),
      sharedTtlMs: milliseconds({ min: 1_000, max: 31_536_000_000 })
        .default(86_400_000)
        .describe('Time that a query plan is kept in Redis, in milliseconds, if there is one.'),
    })
    .prefault({}),
  rateLimits: rateLimitsSchema.prefault({}).describe('How much clients may use in a time.'),
  persistedOperations: persistedOperationsSchema
    .prefault({})
    .describe('Operations that clients name by an id.'),
  redis: redisSchema.prefault({}).describe('What several gateways share. Not needed by one.'),
  cache: cacheSchema.prefault({}).describe('What is remembered of the answers of subgraphs.'),
  metrics: metricsSchema.prefault({}).describe('What is measured, for Prometheus.'),
  planning: planningSchema.prefault({}).describe('How query plans are made.'),
  overrides: overridesSchema
    .prefault({})
    .describe('Where fields with a progressive @override come from.'),
  introspection: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether clients may query __schema and __type.'),
    })
    .prefault({}),
  explorer: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether /explorer/ serves GraphiQL.'),
      title: z.string().min(1).max(100).default('Plaza').describe("The graph's name on that page."),
      examples: z
        .array(explorerExample)
        .max(100)
        .default([])
        .describe('Operations that the page offers. Whoever reaches the page can read them.'),
    })
    .prefault({}),
  cors: corsSchema.prefault({}).describe('Pages of other origins.'),
  csrf: csrfSchema.prefault({}).describe('Requests that pages of other origins make without CORS.'),
  hooks: z
    .strictObject({
      modules: z
        .array(z.string().min(1))
        .max(100)
        .default([])
        .describe('Files of modules whose default export are hooks, called in this order.'),
    })
    .prefault({})
    .describe('Code of the operator that is called while the gateway serves.'),
  shadow: shadowSchema.prefault({}).describe('Live queries that are tried on a candidate.'),
  compression: compressionSchema.prefault({}).describe('Compressed answers.'),
  telemetry: telemetrySchema.prefault({}).describe('What OpenTelemetry collectors are told.'),
  logging: loggingSchema.prefault({}),
});

/** Every option of the gateway with its default. Unknown keys are errors at every level. */
export const configSchema = options
  // Also when other options are wrong: all problems are reported at once.
  .superRefine(checkSupergraphChoice, { when: () => true })
  .superRefine(checkCallbackChoice, { when: () => true })
  .superRefine(checkRedisChoice, { when: () => true })
  .superRefine(checkHeaderChoice, { when: () => true })
  .superRefine(checkContractChoice, { when: () => true });

/** The gateway's settings, complete and frozen. */
export type Config = z.infer<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
