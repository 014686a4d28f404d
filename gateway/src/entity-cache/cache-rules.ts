import type { CoreFeatures } from '@apollo/federation-internals';
import type { DocumentNode } from 'graphql';
import { Kind } from 'graphql';
import type { EntityKeys } from '../supergraph/entity-keys.ts';
import {
  graphOf,
  isFieldsType,
  joinsOf,
  readSubgraphNames,
  rootTypeName,
  textOf,
} from '../supergraph/join-directives.ts';
import type { CacheStatement } from './cache-statements.ts';
import { findCacheStatements } from './cache-statements.ts';
import type { TagContext } from './read-tag-template.ts';
import { readTagTemplate } from './read-tag-template.ts';
import type { TagTemplate } from './tag-template.ts';

/** What `@cacheControl` says; what it leaves out is decided elsewhere. */
export interface CacheHint {
  /** Seconds; 0 is never. */
  readonly maxAge?: number;
  readonly scope?: 'public' | 'private';
  /** Private, but the same for all viewers who have the same of these scopes. */
  readonly varyByScopes?: readonly string[];
  /** As long as what the field belongs to. */
  readonly inheritMaxAge?: true;
  /** Seconds after `maxAge` for which an old answer may stand in for one that cannot be had. */
  readonly staleIfError?: number;
}

/** What one subgraph says of caching, by schema coordinate: `Book` or `Book.title`. */
export interface SubgraphCacheRules {
  readonly hints: ReadonlyMap<string, CacheHint>;
  readonly tags: ReadonlyMap<string, readonly TagTemplate[]>;
  /** Types of its fields where they are narrower than in the supergraph. */
  readonly fieldTypes: ReadonlyMap<string, string>;
  /** All types that it has. */
  readonly typeNames: ReadonlySet<string>;
}

/** By subgraph; one that says nothing of caching is not there. */
export type CacheRules = ReadonlyMap<string, SubgraphCacheRules>;

interface OpenRules extends SubgraphCacheRules {
  readonly hints: Map<string, CacheHint>;
  readonly tags: Map<string, TagTemplate[]>;
  readonly fieldTypes: Map<string, string>;
  readonly typeNames: Set<string>;
}

/**
 * Reads `@cacheControl` and `@cacheTag` of every subgraph from the supergraph. Throws Error that names
 * the place and the subgraph for what cannot be meant.
 */
export function readCacheRules(
  supergraph: DocumentNode,
  features: CoreFeatures | undefined,
  entityKeys: EntityKeys,
): CacheRules {
  const rules = new Map<string, OpenRules>();
  const queryType = rootTypeName(supergraph, 'query') ?? 'Query';
  for (const statement of findCacheStatements(supergraph, features)) {
    for (const subgraph of statement.subgraphs) {
      const ofSubgraph = rules.get(subgraph) ?? {
        hints: new Map(),
        tags: new Map(),
        fieldTypes: new Map(),
        typeNames: new Set(),
      };
      rules.set(subgraph, ofSubgraph);
      addStatement(ofSubgraph, statement, { subgraph, supergraph, entityKeys, queryType });
    }
  }
  addTypes(rules, supergraph);
  return rules;
}

function addStatement(
  { hints, tags }: OpenRules,
  statement: CacheStatement,
  context: TagContext,
): void {
  const coordinate = coordinateOf(statement);
  try {
    if (statement.directive === 'cacheControl') {
      hints.set(coordinate, readHint(statement.arguments));
    } else {
      tags.set(coordinate, [...(tags.get(coordinate) ?? []), readTagTemplate(statement, context)]);
    }
  } catch (error) {
    const { message } = error as Error;
    const place = `[${context.subgraph}] "${coordinate}" has @${statement.directive}`;
    throw new Error(`${place}, but ${message}`, { cause: error });
  }
}

function coordinateOf({ type, field }: CacheStatement): string {
  return field === undefined ? type.name.value : `${type.name.value}.${field.name.value}`;
}

function readHint(given: Readonly<Record<string, unknown>>): CacheHint {
  const maxAge = readSeconds('maxAge', given.maxAge);
  const staleIfError = readSeconds('staleIfError', given.staleIfError);
  const scope = readScope(given.scope);
  const varyByScopes = readScopes(given.varyByScopes, scope);
  if (given.inheritMaxAge === true && maxAge !== undefined) {
    throw new Error('maxAge and inheritMaxAge exclude each other');
  }
  return {
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(staleIfError === undefined ? {} : { staleIfError }),
    ...(scope === undefined ? {} : { scope }),
    ...(varyByScopes === undefined ? {} : { varyByScopes }),
    ...(given.inheritMaxAge === true ? { inheritMaxAge: true as const } : {}),
  };
}

function readSeconds(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`${name} is ${JSON.stringify(value)}: it must be whole seconds, 0 or more`);
}

function readScope(value: unknown): CacheHint['scope'] {
  switch (value) {
    case undefined:
    case null:
      return undefined;
    case 'PUBLIC':
      return 'public';
    case 'PRIVATE':
      return 'private';
    default:
      throw new Error(`scope is ${JSON.stringify(value)}: it must be PUBLIC or PRIVATE`);
  }
}

function readScopes(value: unknown, scope: CacheHint['scope']): CacheHint['varyByScopes'] {
  if (value === undefined || value === null) return undefined;
  const scopes = (Array.isArray(value) ? value : [value]).map(String);
  if (scope !== 'private' || scopes.length === 0) {
    throw new Error('varyByScopes needs scope: PRIVATE beside it, and at least one scope');
  }
  return scopes;
}

/** What reading a selection takes to know of the subgraph's own types. */
function addTypes(rules: ReadonlyMap<string, OpenRules>, supergraph: DocumentNode): void {
  const names = readSubgraphNames(supergraph);
  const rulesFor = (graph = ''): OpenRules | undefined => rules.get(names.get(graph) ?? graph);
  for (const definition of supergraph.definitions) {
    if (!isFieldsType(definition) && definition.kind !== Kind.UNION_TYPE_DEFINITION) continue;
    for (const join of joinsOf(definition, 'join__type')) {
      rulesFor(graphOf(join))?.typeNames.add(definition.name.value);
    }
    for (const field of isFieldsType(definition) ? (definition.fields ?? []) : []) {
      for (const join of joinsOf(field, 'join__field')) {
        const type = textOf(join, 'type')?.replaceAll(/[[\]!]/g, '');
        if (type === undefined) continue;
        const coordinate = `${definition.name.value}.${field.name.value}`;
        rulesFor(graphOf(join))?.fieldTypes.set(coordinate, type);
      }
    }
  }
}
