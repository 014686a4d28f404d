/** What programs that have the gateway inside may count on: gateway/README.md, "In a program". */
export { AppError } from '@plaza/schema/errors';
export type { Config, ConfigInput } from './config.ts';
export { createConfig, readConfig } from './config.ts';
export type { Gateway, OperationOutcome, SubscriptionOutcome } from './gateway.ts';
export { createGateway } from './gateway.ts';
export type { GatewayParts } from './gateway-parts.ts';
export type { GatewayHooks } from './hooks/gateway-hooks.ts';
export { createHttpServer } from './http/server.ts';
export type { LiveRequest, OperationRequest } from './operation-request.ts';
export type { ServedGateway } from './serve-gateway.ts';
export { serveGateway } from './serve-gateway.ts';
export { createHttpExecutor } from './subgraph-fetch/http-executor.ts';
export { createSubgraphSources } from './subscriptions/subgraph-sources/subgraph-sources.ts';
export { fixedSupergraph } from './supergraph/supergraph-source.ts';
export type { Logger } from './telemetry/logger.ts';
export { createLogger } from './telemetry/logger.ts';
