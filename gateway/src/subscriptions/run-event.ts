import { randomUUID } from 'node:crypto';
import { headers as headerNames } from '@plaza/schema/headers';
import type { Config } from '../config.ts';
import { startDeadline } from '../deadline.ts';
import { toGraphQLErrors } from '../graphql-errors.ts';
import type { ProjectedResponse } from '../pipeline/project-response.ts';
import { projectResponse } from '../pipeline/project-response.ts';
import { executeEvent } from '../query-plan/execute-plan.ts';
import { writeResponseBody } from '../response-body.ts';
import type { SubgraphFetch } from '../subgraph-fetch/subgraph-request.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { Logger } from '../telemetry/logger.ts';
import { logServerErrors } from '../telemetry/operation-record.ts';
import { continueTrace } from '../telemetry/trace-context.ts';
import type { Channel } from './channel.ts';
import type { IncomingEvent } from './event-intake.ts';
import { LiveEvent } from './live-event.ts';

/** What running events needs beside their channel's plan. */
export interface EventParts {
  readonly config: Pick<Config, 'requestTimeoutMs'>;
  readonly fetchFor: (supergraph: SupergraphSnapshot) => SubgraphFetch;
  readonly logger: Logger;
}

/**
 * Makes of one event of a source what clients get: joins it with the other subgraphs, projects and
 * writes it, within the deadline of an operation. Never rejects: errors are part of the event.
 */
export async function runEvent(
  { response, key }: IncomingEvent,
  channel: Channel,
  { config, fetchFor, logger }: EventParts,
): Promise<LiveEvent> {
  const { plan, policy } = channel;
  const requestId = randomUUID();
  using deadline = startDeadline(channel.signal, config.requestTimeoutMs);
  const traceparent = continueTrace(undefined);
  const headers = { ...channel.headers, [headerNames.traceparent]: traceparent };
  const execution = {
    plan: plan.plan,
    snapshot: plan.supergraph,
    variables: plan.variables,
    context: { requestId, headers, signal: deadline.signal, isExclusive: true },
    fetchFromSubgraph: fetchFor(plan.supergraph),
  };
  const { data, errors } = await settle(async () => {
    const executed = await executeEvent(plan.source, response, execution);
    return projectResponse(plan.operation, plan.view, plan.variables, executed);
  });
  if (errors.length > 0) logServerErrors(errors, { logger, requestId });
  const payload = writeResponseBody(data, toGraphQLErrors(errors, requestId));
  return new LiveEvent(payload, { key, overflow: policy.overflow });
}

type Settled = Pick<ProjectedResponse, 'data'> & { readonly errors: readonly unknown[] };

async function settle(run: () => Promise<ProjectedResponse>): Promise<Settled> {
  try {
    return await run();
  } catch (error) {
    return { data: 'null', errors: [error] };
  }
}
