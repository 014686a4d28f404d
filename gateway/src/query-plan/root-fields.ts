import type {
  DirectiveNode,
  DocumentNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionNode,
} from 'graphql';
import { Kind } from 'graphql';

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

/** True when these variables let the field be selected. */
export function isSelected(
  { conditions }: RootField,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return conditions.every(({ variable, value }) => variables[variable] === value);
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

/** Undefined when a constant condition leaves the selection out. */
function conditionsOf(directives: readonly DirectiveNode[]): VariableCondition[] | undefined {
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
