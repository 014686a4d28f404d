import { isAbstractType, isObjectType } from 'graphql';
import type { Resolver, Resolvers, Row } from '../../kit/define-subgraph.ts';
import type { OracleGraph } from '../oracle-graph.ts';
import type { DerivedGraph, SubgraphText } from './derived-graph.ts';
import { deriveGraph } from './derived-graph.ts';
import type { DerivedObject } from './derived-values.ts';
import { rootObject } from './derived-values.ts';

/** A graph of the corpus that is schemas and operations alone; its data are derived. */
export function derivedOracleGraph(
  name: string,
  texts: readonly SubgraphText[],
  operations: OracleGraph['operations'],
): OracleGraph {
  const graph = deriveGraph(texts);
  return { name, subgraphs: graph.subgraphs, monolith: monolithResolvers(graph), operations };
}

function monolithResolvers({ monolith, values }: DerivedGraph): Resolvers {
  const resolvers: Record<string, Readonly<Record<string, Resolver>>> = {};
  for (const type of Object.values(monolith.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isAbstractType(type)) {
      const typeNameOf = (value: object) => (value as DerivedObject).typeName;
      resolvers[type.name] = { __resolveType: typeNameOf };
    } else if (isObjectType(type)) {
      const fieldNames = Object.keys(type.getFields());
      resolvers[type.name] = Object.fromEntries(
        fieldNames.map((fieldName): [string, Resolver] => [
          fieldName,
          (source: Row | undefined, args) => {
            const object = source as unknown as DerivedObject | undefined;
            return values.resolve(object ?? rootObject(type.name), fieldName, args);
          },
        ]),
      );
    }
  }
  return resolvers;
}
