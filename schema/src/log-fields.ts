/** Names of the fields of structured log lines; OpenTelemetry's where it has one. */
export const logFields = {
  requestId: 'http.request.id',
  clientName: 'graphql.client.name',
  clientVersion: 'graphql.client.version',
  contract: 'graphql.contract.name',
  operationName: 'graphql.operation.name',
  operationType: 'graphql.operation.type',
  operationId: 'graphql.operation.id',
  overrideLabels: 'graphql.override.labels',
  cost: 'graphql.operation.cost',
  actualCost: 'graphql.operation.actual_cost',
  events: 'graphql.subscription.events',
  subgraph: 'subgraph.name',
  durationMs: 'duration_ms',
  errorCodes: 'error.codes',
  status: 'http.response.status_code',
  traceId: 'trace_id',
} as const;
