import { composeSubgraphs } from '@plaza/gateway/composition/compose-subgraphs';
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  visit,
} from 'graphql';
import { fixtureSubgraphs } from '../subgraphs/fixture-graph.ts';

/** What may be cached may be so for longer than any run. */
export const maxAgeSeconds = 3_600;
/** The one root field that is asked for in every request: who somebody is. */
export const uncachedField = 'Query.me';

const cacheControlSdl = `
  directive @cacheControl(
    maxAge: Int
    scope: CacheControlScope
    inheritMaxAge: Boolean
  ) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum CacheControlScope { PUBLIC PRIVATE }
`;

const cacheControl = readDirective(`@cacheControl(maxAge: ${maxAgeSeconds})`);
const neverCached = readDirective('@cacheControl(maxAge: 0)');

/** The benchmark's four subgraphs, which let all be cached but `uncachedField`, as supergraph SDL. */
export function composeCachedGraph(origin: string): string {
  return composeSubgraphs(
    fixtureSubgraphs.map(({ name, typeDefs }) => ({
      name,
      url: `${origin}/${name}`,
      sdl: `${print(withCacheControl(typeDefs))}\n${cacheControlSdl}`,
    })),
  );
}

function withCacheControl(typeDefs: DocumentNode): DocumentNode {
  return visit(typeDefs, {
    ObjectTypeDefinition: (type) =>
      type.name.value === 'Query'
        ? { ...type, fields: (type.fields ?? []).map(withRootPolicy) }
        : withPolicy(type),
  });
}

function withRootPolicy(field: FieldDefinitionNode): FieldDefinitionNode {
  return `Query.${field.name.value}` === uncachedField
    ? withPolicy(field, neverCached)
    : withPolicy(field);
}

function withPolicy<Node extends FieldDefinitionNode | ObjectTypeDefinitionNode>(
  node: Node,
  policy = cacheControl,
): Node {
  return { ...node, directives: [...(node.directives ?? []), policy] };
}

function readDirective(text: string): ConstDirectiveNode {
  const [definition] = parse(`type Any ${text} { any: Int }`).definitions;
  const [directive] = (definition as ObjectTypeDefinitionNode).directives ?? [];
  if (directive === undefined) throw new Error(`${text} is no directive`);
  return directive;
}
