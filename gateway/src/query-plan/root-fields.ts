import type {
  DirectiveNode,
  DocumentNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionNode,
} from 'graphql';
import { Kind } from 'graphql';
import { clientVariableName } from './isolate-response-names.ts';

/** A boolean variable and the value that it must have. */
export interface VariableCondition {
  readonly variable: string;
  readonly value: boolean;
}

/** One selection of a root field, and what `@skip` and `@include` make it depend on. */
export interface RootField {
  readonly responseName: string;
  readonly conditions: readonly VariableCondition[];
}

/** The root fields that an operation selects, introspection and constantly skipped ones left out. */
export function collectRootFields(document: DocumentNode): readonly RootField[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  let operation: OperationDefinitionNode | undefined;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      operation = definition;
    }
  }
  const rootFields: RootField[] = [];
  collect(operation?.selectionSet.selections ?? [], [], fragments, rootFields);
  return rootFields;
}

/** True when the client's variables let it be selected. */
export function meetsConditions(
  conditions: readonly VariableCondition[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return conditions.every(
    ({ variable, value }) => variables[clientVariableName(variable)] === value,
  );
}

function collect(
  selections: readonly SelectionNode[],
  outer: readonly VariableCondition[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  rootFields: RootField[],
): void {
  for (const selection of selections) {
    const own = conditionsOf(selection.directives ?? []);
    if (own === undefined) continue;
    const conditions = [...outer, ...own];
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value.startsWith('__')) continue;
      const responseName = selection.alias?.value ?? selection.name.value;
      rootFields.push({ responseName, conditions });
      continue;
    }
    const { selectionSet } =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : (fragments.get(selection.name.value) ?? {});
    collect(selectionSet?.selections ?? [], conditions, fragments, rootFields);
  }
}

/** What directives make a selection depend on; undefined when a constant leaves it out. */
export function conditionsOf(
  directives: readonly DirectiveNode[],
): VariableCondition[] | undefined {
  const conditions: VariableCondition[] = [];
  for (const directive of directives) {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') continue;
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    const wanted = name === 'include';
    if (value?.kind === Kind.VARIABLE) {
      conditions.push({ variable: value.name.value, value: wanted });
    } else if (value?.kind === Kind.BOOLEAN && value.value !== wanted) {
      return undefined;
    }
  }
  return conditions;
}
