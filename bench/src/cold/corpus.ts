import { composeServices } from '@apollo/composition';
import type { DocumentNode } from 'graphql';
import { composeFixtureGraph } from '../subgraphs/fixture-graph.ts';
import { workloads } from '../workloads.ts';

/** A supergraph and operations to plan on it. */
export interface CorpusGraph {
  readonly name: string;
  readonly supergraphSdl: string;
  readonly operations: readonly {
    readonly name: string;
    readonly query: string;
    readonly operationName: string | undefined;
  }[];
}

/** What the benchmark reads of the graphs that the gateway's tests compare with a monolith. */
interface OracleGraph {
  readonly name: string;
  readonly subgraphs: readonly {
    readonly name: string;
    readonly url: string;
    readonly typeDefs: DocumentNode;
  }[];
  readonly operations: Readonly<
    Record<string, string | { readonly query: string; readonly operationName?: string }>
  >;
}

/** The gateway's test corpus lies outside what its package exports: it is loaded by its place. */
const oracleGraphsUrl = new URL(
  '../../../../gateway/dist/test/oracle/oracle-graphs.js',
  import.meta.url,
);

/** The benchmark's own graph with its workloads, and all graphs of the gateway's tests. */
export async function readCorpus(): Promise<readonly CorpusGraph[]> {
  const { oracleGraphs } = (await import(oracleGraphsUrl.href)) as {
    readonly oracleGraphs: readonly OracleGraph[];
  };
  const own: CorpusGraph = {
    name: 'benchmark',
    supergraphSdl: composeFixtureGraph('http://127.0.0.1'),
    operations: workloads.map(({ name, query }) => ({ name, query, operationName: undefined })),
  };
  return [own, ...oracleGraphs.map(toCorpusGraph)];
}

function toCorpusGraph({ name, subgraphs, operations }: OracleGraph): CorpusGraph {
  const services = subgraphs.map((subgraph) => ({
    name: subgraph.name,
    url: subgraph.url,
    typeDefs: subgraph.typeDefs,
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) {
    throw new Error(`The graph ${name} does not compose: ${errors?.join('\n')}`);
  }
  return {
    name,
    supergraphSdl,
    operations: Object.entries(operations).map(([operation, given]) => ({
      name: operation,
      query: typeof given === 'string' ? given : given.query,
      operationName: typeof given === 'string' ? undefined : given.operationName,
    })),
  };
}
