import 'reflect-metadata';
import { buildSubgraphSchema, printSubgraphSchema } from '@apollo/subgraph';
import { cacheControlSdl } from '@plaza/schema/cache-control';
import { AppError } from '@plaza/schema/errors';
import { eventSourceSdl } from '@plaza/schema/event-source';
import {
  type DocumentNode,
  type GraphQLSchema,
  isAbstractType,
  isScalarType,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';
import { buildSchema, type ClassType, createResolversMap, type NonEmptyArray } from 'type-graphql';
import type { SubgraphContext } from './subgraph.ts';

/** The federation specification that every subgraph of Plaza links to. */
const federationVersion = 'v2.12';

/** Directives of that specification; a schema imports those that it uses. */
const federationDirectives = new Set([
  'authenticated',
  'cacheTag',
  'composeDirective',
  'context',
  'cost',
  'extends',
  'external',
  'fromContext',
  'inaccessible',
  'interfaceObject',
  'key',
  'listSize',
  'override',
  'policy',
  'provides',
  'requires',
  'requiresScopes',
  'shareable',
  'tag',
]);

/** What the gateway sends to have an entity resolved: `__typename` and the fields of one key. */
export interface Representation {
  readonly __typename: string;
  readonly id: string;
}

/** Loads the entity that a representation names, or null when there is none. */
export type ReferenceResolver<Context extends SubgraphContext> = (
  representation: Representation,
  context: Context,
) => object | null | Promise<object | null | undefined>;

export interface FederatedSchemaOptions<Context extends SubgraphContext> {
  readonly resolvers: NonEmptyArray<ClassType>;
  /** One resolver for each entity, by type name. */
  readonly references: Readonly<Record<string, ReferenceResolver<Context>>>;
  /** Types that no field returns but that belong to the schema. */
  readonly orphanedTypes?: readonly ClassType[];
}

export interface FederatedSchema {
  /** Executable, with `_service` and `_entities`. */
  readonly schema: GraphQLSchema;
  /** What composition reads; the same text for the same classes. */
  readonly sdl: string;
}

/**
 * Builds an executable federated schema from type-graphql classes. Directives written with
 * `@Directive` reach the SDL, and the link to the federation specification imports those in use.
 */
export async function buildFederatedSchema<Context extends SubgraphContext>(
  options: FederatedSchemaOptions<Context>,
): Promise<FederatedSchema> {
  const schema = await buildSchema({
    resolvers: options.resolvers,
    orphanedTypes: [...(options.orphanedTypes ?? [])],
    pubSub: noPubSub,
    validate: false, // inputs are checked by parseInput
    skipCheck: true, // buildSubgraphSchema validates the result
  });
  const typeDefs = withEnumValues(printSubgraphSchema(schema));
  const sdl = `${links(typeDefs)}\n\n${typeDefs}\n`;
  const resolvers = createResolvers(schema);
  for (const [typeName, resolveReference] of Object.entries(options.references)) {
    resolvers[typeName] = { ...resolvers[typeName], __resolveReference: resolveReference };
  }
  return {
    sdl,
    schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]),
  };
}

/** type-graphql asks for one as soon as there is a subscription; ours all bring their own source. */
const noPubSub = {
  publish(): never {
    throw new AppError('INTERNAL_SERVER_ERROR', 'Announce with the PubSub of the subgraph');
  },
  subscribe(): never {
    throw new AppError('INTERNAL_SERVER_ERROR', 'Give the subscription field a subscribe function');
  },
};

/**
 * type-graphql tells the members of unions and interfaces apart by class, in an async function that
 * graphql-jit cannot run. Ours carry `__typename`, whatever made them.
 */
function createResolvers(schema: GraphQLSchema): Record<string, object> {
  const resolvers: Record<string, object> = {};
  for (const [name, fields] of Object.entries(createResolversMap(schema))) {
    const { __isTypeOf: _byClass, ...others } = fields as Record<string, unknown>;
    const type = schema.getType(name);
    if (isScalarType(type)) resolvers[name] = type;
    else if (isAbstractType(type)) resolvers[name] = { ...others, __resolveType: typenameOf };
    else resolvers[name] = others;
  }
  return resolvers;
}

function typenameOf(value: { readonly __typename?: string }): string | undefined {
  return value.__typename;
}

/** What prints the schema does not know our directives, so it writes their enum values as texts. */
function withEnumValues(typeDefs: string): string {
  return print(
    visit(parse(typeDefs, { noLocation: true }), {
      Directive: (directive) => (directive.name.value === 'cacheControl' ? undefined : false),
      Argument: ({ name, value, ...argument }) =>
        name.value === 'scope' && value.kind === Kind.STRING
          ? { ...argument, name, value: { kind: Kind.ENUM, value: value.value } }
          : undefined,
    }),
  );
}

/** Links to the specifications of the directives in use, and definitions of those without. */
function links(typeDefs: string): string {
  const known = directivesIn(parse(typeDefs));
  const ours = [
    ...(known.has('eventSource') ? [eventSourceSdl] : []),
    ...(known.has('cacheControl') ? [cacheControlSdl] : []),
  ];
  const used = directivesIn(parse([...ours, typeDefs].join('\n')));
  const imports = [...used].filter((name) => federationDirectives.has(name)).sort();
  const url = `https://specs.apollo.dev/federation/${federationVersion}`;
  const list = imports.map((name) => `"@${name}"`).join(', ');
  return [`extend schema @link(url: "${url}", import: [${list}])`, ...ours].join('\n\n');
}

function directivesIn(document: DocumentNode): ReadonlySet<string> {
  const used = new Set<string>();
  visit(document, { Directive: ({ name }) => void used.add(name.value) });
  return used;
}
