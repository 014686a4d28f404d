import { randomUUID } from 'node:crypto';
import type { GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { ConfigInput } from '../../src/config.ts';
import { createConfig } from '../../src/config.ts';
import type { Gateway, OperationOutcome } from '../../src/gateway.ts';
import { createGateway } from '../../src/gateway.ts';
import type { GatewayParts } from '../../src/gateway-parts.ts';
import type { IncrementalFormat } from '../../src/incremental-delivery/write-payload.ts';
import { buildSupergraphSnapshot } from '../../src/supergraph/build-snapshot.ts';
import type { SupergraphSnapshot } from '../../src/supergraph/snapshot.ts';
import { fixedSupergraph } from '../../src/supergraph/supergraph-source.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { composeFixture } from './compose-fixture.ts';
import type { Subgraph } from './define-subgraph.ts';
import { createLocalSource } from './local-source.ts';
import type { LocalBehaviour, ReceivedCall } from './local-subgraph-fetch.ts';
import { createLocalSubgraphFetch } from './local-subgraph-fetch.ts';
import type { IncrementalPayload } from './merge-payloads.ts';

export interface TestGatewayOptions {
  /** A list, or an object for its short notation: `{ products, reviews }`. */
  readonly subgraphs: readonly Subgraph[] | Readonly<Record<string, Subgraph>>;
  /** What differs from the defaults. */
  readonly config?: Omit<ConfigInput, 'supergraph'>;
  /** Composed SDL of these subgraphs, where a test has it already. */
  readonly supergraphSdl?: string;
  readonly overridesFor?: GatewayParts['overridesFor'];
}

export interface TestRequest {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestId?: string;
  readonly signal?: AbortSignal;
  /** Default: queries and mutations, as over POST. */
  readonly allowedTypes?: readonly `${OperationTypeNode}`[];
}

/** A GraphQL response map (GraphQL, section 7.1). */
export interface OperationResult {
  readonly errors?: readonly GraphQLFormattedError[];
  readonly data?: Readonly<Record<string, unknown>> | null;
}

/** The whole gateway without a port, over subgraphs that run in this process. */
export interface TestGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly snapshot: SupergraphSnapshot;
  execute(request: TestRequest): Promise<OperationResult>;
  /** The payloads of an operation that may be answered in parts; one if there is nothing deferred. */
  executeInParts(
    request: TestRequest & { readonly format?: IncrementalFormat },
  ): AsyncGenerator<IncrementalPayload, void, void>;
  /** The calls that a subgraph has received so far; without a name, those of all subgraphs. */
  fetches(subgraph?: string): readonly ReceivedCall[];
  /** What a subgraph does from now on. */
  behave(subgraph: string, behaviour: LocalBehaviour): void;
  /** The log lines so far, parsed. */
  logs(): readonly Readonly<Record<string, unknown>>[];
}

/** Composes the subgraphs and builds a gateway before them. */
export function createTestGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const subgraphs: readonly Subgraph[] = Object.values(options.subgraphs);
  const supergraphSdl = options.supergraphSdl ?? composeFixture(subgraphs);
  const snapshot = buildSupergraphSnapshot(supergraphSdl);
  const config = createConfig({ supergraph: 'fixture', ...options.config });
  const local = createLocalSubgraphFetch(subgraphs);
  const logged: Record<string, unknown>[] = [];
  const output = { write: (line: string) => void logged.push(JSON.parse(line)) };
  const gateway = createGateway({
    config,
    supergraph: fixedSupergraph(snapshot),
    fetchFor: () => local.fetch,
    sourceFor: () => createLocalSource(subgraphs),
    logger: createLogger({ ...config.logging, format: 'json' }, output),
    ...(options.overridesFor === undefined ? {} : { overridesFor: options.overridesFor }),
  });
  const disposal = new AbortController();
  const run = (
    { query, operationName, variables = {}, ...request }: TestRequest,
    incrementalFormat?: IncrementalFormat,
  ): Promise<OperationOutcome> => {
    const signals = [disposal.signal, ...(request.signal === undefined ? [] : [request.signal])];
    return gateway.run({
      query,
      operationName,
      variables,
      headers: request.headers ?? {},
      requestId: request.requestId ?? randomUUID(),
      signal: AbortSignal.any(signals),
      allowedTypes: request.allowedTypes ?? ['query', 'mutation'],
      incrementalFormat,
    });
  };
  return Promise.resolve({
    gateway,
    snapshot,
    execute: async (request) => {
      const { body } = await run(request);
      return JSON.parse(body.toString()) as OperationResult;
    },
    executeInParts: async function* ({ format = 'deferSpec=20220824', ...request }) {
      const { body, payloads } = await run(request, format);
      yield JSON.parse(body.toString()) as IncrementalPayload;
      for await (const payload of payloads ?? []) {
        yield JSON.parse(payload.toString()) as IncrementalPayload;
      }
    },
    fetches: (name) => (name === undefined ? local.calls : local.callsTo(name)),
    behave: local.behave,
    logs: () => logged,
    [Symbol.asyncDispose]: () => {
      disposal.abort(new Error('The test is over'));
      return Promise.resolve();
    },
  });
}
