import { AppError } from '@plaza/schema/errors';
import { headers } from '@plaza/schema/headers';
import { logFields } from '@plaza/schema/log-fields';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Authenticate } from '../auth/authenticator.ts';
import { orPartner } from '../auth/partner-viewer.ts';
import { createGatewayVerifier } from '../auth/verify-gateway.ts';
import type { SubgraphConfig } from '../environment.ts';
import type { FederatedSchema } from '../federated-schema.ts';
import type { OpenSubgraph, SubgraphContext } from '../subgraph.ts';
import type { SubgraphTracing } from '../tracing/subgraph-tracing.ts';
import { createUuidV7 } from '../uuid.ts';
import { addGraphqlRoute, sendError } from './graphql-route.ts';
import { addHealthRoutes } from './health-routes.ts';
import { type GatewayHooks, requireGateway } from './require-gateway.ts';

/** Longer than the gateway's pools keep a connection, so that only the client closes idle ones. */
const keepAliveTimeoutMs = 72_000;
const requestIdPattern = /^[\w.:-]{1,128}$/;

type GatedServer = Pick<ServerOptions<SubgraphContext>, 'name' | 'config'>;

export interface ServerOptions<Context extends SubgraphContext> {
  /** Of the subgraph. */
  readonly name: string;
  readonly config: SubgraphConfig;
  readonly log: Logger;
  readonly schema: FederatedSchema;
  readonly opened: OpenSubgraph<Context>;
  readonly authenticate: Authenticate;
  /** Undefined where nothing is traced. */
  readonly tracing?: SubgraphTracing | undefined;
}

/** The HTTP server of a subgraph, not yet listening: /graphql, /live, /ready and its own routes. */
export async function createServer<Context extends SubgraphContext>(
  options: ServerOptions<Context>,
): Promise<FastifyInstance> {
  const { config, log, opened } = options;
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    bodyLimit: config.bodyBytesMax,
    requestTimeout: config.requestTimeoutMs,
    handlerTimeout: config.requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: logFields.requestId,
    }),
    genReqId: ({ headers: given }) => {
      const id = given[headers.requestId];
      return typeof id === 'string' && requestIdPattern.test(id) ? id : createUuidV7();
    },
  }) as never;
  app.removeContentTypeParser('text/plain');
  closeConnectionsOnClose(app);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((_request, reply) => {
    const error = new AppError('BAD_REQUEST', 'Nothing is here: the graph is at /graphql');
    reply.code(404).send({ errors: [error.toJSON()] });
  });
  const gatewayHooks = gatewayHooksOf(options);
  await addGraphqlRoute(app, {
    name: options.name,
    schema: options.schema,
    authenticate:
      gatewayHooks === undefined ? options.authenticate : orPartner(options.authenticate),
    tracing: options.tracing,
    gatewayHooks,
    createContext: (request) => opened.createContext(request),
  });
  addHealthRoutes(app, () => opened.checkReady());
  opened.addRoutes?.(app);
  return app;
}

/** Undefined where no gateway has a key. */
function gatewayHooksOf({
  name,
  config: { gatewayKeys: keys },
}: GatedServer): GatewayHooks | undefined {
  return keys.size === 0
    ? undefined
    : requireGateway(createGatewayVerifier({ keys, subgraph: name }));
}

/** Without this, a client's kept-alive connection holds up the close until it times out. */
function closeConnectionsOnClose(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done();
  });
}
