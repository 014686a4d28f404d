import type { FieldNode, FragmentDefinitionNode, OperationTypeNode, SelectionNode } from 'graphql';
import { getArgumentValues, isObjectType, Kind, parse, visit } from 'graphql';
import { clientVariableName } from '../query-plan/isolate-response-names.ts';
import type { FetchNode } from '../query-plan/plan-node.ts';
import type { SupergraphSnapshot } from '../supergraph/snapshot.ts';
import type { SelectionPolicy } from './policy-reading.ts';
import { PolicyReading } from './policy-reading.ts';
import type { AppliedTag } from './tag-template.ts';

/** How long the answer to a fetch may be kept, for whom, and what makes it out of date. */
export interface FetchPolicy extends SelectionPolicy {
  /** `@cacheTag` formats that apply; `fillTags` makes tags of them. */
  readonly tags: readonly AppliedTag[];
}

/** The policy of a fetch of root fields; only queries are cached. */
export function rootFetchPolicy(node: FetchNode, snapshot: SupergraphSnapshot): FetchPolicy {
  const { serviceName, operationKind } = node;
  const root = snapshot.executionSchema.getRootType(operationKind as OperationTypeNode)?.name ?? '';
  const rules = snapshot.cacheRules.get(serviceName);
  if (rules === undefined || operationKind !== 'query') return uncached(root);
  const { selections, fragments } = parseFetch(node);
  const reading = new PolicyReading(serviceName, rules, { snapshot, fragments });
  reading.readRootFields(selections, root);
  const tags = fieldsOf(selections, fragments).flatMap((field) =>
    (rules.tags.get(`${root}.${field.name.value}`) ?? []).map((template) => ({
      template,
      argumentsFrom: argumentReader(field, snapshot),
    })),
  );
  return { ...reading.toPolicy(), tags };
}

/**
 * The policy of an entity fetch for representations of one type: no answer is kept for longer than
 * that type may be.
 */
export function entityFetchPolicy(
  node: FetchNode,
  typename: string,
  snapshot: SupergraphSnapshot,
): FetchPolicy {
  const rules = snapshot.cacheRules.get(node.serviceName);
  if (rules === undefined) return uncached(typename);
  const { selections, fragments } = parseFetch(node);
  const reading = new PolicyReading(node.serviceName, rules, { snapshot, fragments });
  for (const { selectionSet } of fieldsOf(selections, fragments)) {
    reading.readEntity(selectionSet?.selections ?? [], typename);
  }
  const type = snapshot.executionSchema.getType(typename);
  const parents = isObjectType(type) ? type.getInterfaces().map(({ name }) => name) : [];
  const tags = [typename, ...parents].flatMap((name) =>
    (rules.tags.get(name) ?? []).map((template) => ({ template })),
  );
  return { ...reading.toPolicy(), tags };
}

function uncached(decidedBy: string): FetchPolicy {
  return {
    maxAgeMs: 0,
    staleIfErrorMs: 0,
    scope: 'public',
    decidedBy,
    privateBy: undefined,
    varyByScopes: undefined,
    types: [],
    entityTypes: [],
    tags: [],
  };
}

interface ParsedFetch {
  readonly selections: readonly SelectionNode[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

function parseFetch({ operation: text }: FetchNode): ParsedFetch {
  const fragments = new Map<string, FragmentDefinitionNode>();
  let selections: readonly SelectionNode[] = [];
  for (const definition of parse(text, { noLocation: true }).definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      selections = definition.selectionSet.selections;
    }
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  return { selections, fragments };
}

function fieldsOf(
  selections: readonly SelectionNode[],
  fragments: ParsedFetch['fragments'],
): readonly FieldNode[] {
  return selections.flatMap((selection): readonly FieldNode[] => {
    if (selection.kind === Kind.FIELD) return [selection];
    const { selectionSet } =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : (fragments.get(selection.name.value) ?? {});
    return fieldsOf(selectionSet?.selections ?? [], fragments);
  });
}

/** Reads the arguments that a root field has, as the client's variables make them. */
function argumentReader(
  field: FieldNode,
  { apiSchema }: SupergraphSnapshot,
): NonNullable<AppliedTag['argumentsFrom']> {
  const definition = apiSchema.getQueryType()?.getFields()[field.name.value];
  if (definition === undefined) return () => ({});
  const ofClient = visit(field, {
    Variable: (node) => ({
      ...node,
      name: { ...node.name, value: clientVariableName(node.name.value) },
    }),
  });
  return (variables) => getArgumentValues(definition, ofClient, variables);
}
