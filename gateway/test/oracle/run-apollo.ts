import { ApolloGateway, LocalGraphQLDataSource } from '@apollo/gateway';
import type { GraphQLSchema } from 'graphql';
import { getOperationAST, parse, validate } from 'graphql';
import { executeOnSubgraph } from '../kit/execute-on-subgraph.ts';
import type { Answer } from './answer.ts';
import { toAnswer } from './answer.ts';
import type { OracleGraph, OracleOperation } from './oracle-graph.ts';

export interface ApolloOracle extends AsyncDisposable {
  /** Rejects when the operation is not valid; what Apollo's planner throws is an answer. */
  answer(operation: OracleOperation): Promise<Answer>;
}

type Executor = (context: unknown) => Promise<unknown>;

const silentLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** Boots ApolloGateway over the graph's subgraphs, in process. */
export async function createApolloOracle(
  graph: OracleGraph,
  supergraphSdl: string,
): Promise<ApolloOracle> {
  // biome-ignore lint/style/noProcessEnv: the only switch that keeps ApolloGateway from the network
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  let calls = 0;
  let failing: readonly string[] = [];
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: silentLogger,
    buildService: ({ name }) => {
      const subgraph = graph.subgraphs.find((candidate) => candidate.name === name);
      if (subgraph === undefined) throw new Error(`The supergraph names no subgraph ${name}`);
      const source = new LocalGraphQLDataSource(subgraph.schema);
      // The same way into the subgraph as ours takes: through JSON, validated.
      source.process = async ({ request }) => {
        calls += 1;
        if (failing.includes(name)) throw new Error(`Subgraph ${name} did not answer`);
        const { query = '', variables = {}, operationName } = request;
        const body = {
          query,
          variables,
          ...(operationName === undefined ? {} : { operationName }),
        };
        return (await executeOnSubgraph(subgraph, body)) as never;
      };
      return source;
    },
  });
  const { schema, executor } = await gateway.load();
  return {
    answer: async (operation) => {
      calls = 0;
      failing = operation.failing ?? [];
      const run = prepare(schema, executor as unknown as Executor, operation);
      // A server before the gateway turns what its planner throws into an answer.
      const result = await run().catch((error: unknown) => ({ errors: [error] }));
      return toAnswer(result, calls);
    },
    [Symbol.asyncDispose]: () => gateway.stop(),
  };
}

function prepare(
  schema: GraphQLSchema,
  executor: Executor,
  { query, variables, operationName }: OracleOperation,
): () => Promise<unknown> {
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors[0] !== undefined) throw errors[0];
  const operation = getOperationAST(document, operationName);
  const context = {
    schema,
    document,
    operation,
    operationName: operation?.name?.value,
    queryHash: `${operationName} ${query}`,
    source: query,
    request: { query, variables, operationName },
    context: {},
    metrics: {},
    logger: silentLogger,
  };
  return () => executor(context);
}
