import { parse } from 'graphql';
import type { Requirements } from '../supergraph/required-field-set.ts';
import type { SyntheticFields } from '../supergraph/synthetic-fields.ts';
import { realFieldName, requirementsKey } from '../supergraph/synthetic-fields.ts';
import { entityFieldsOf } from './entity-fields.ts';
import type { FetchNode, RequiresSelection } from './plan-node.ts';
import type { VariableCondition } from './root-fields.ts';

interface Consumer {
  readonly requirements: Requirements;
  readonly conditions: readonly VariableCondition[];
}

/**
 * Notes at each required field when somebody needs it. The planner puts the condition of
 * `estimate @include(if: $x)` on the fields that it requires as well; where those are left out, the
 * representation must do without them, for the sake of the other fields of the fetch.
 */
export function markConditionalRequires(fetch: FetchNode, synthetic: SyntheticFields): FetchNode {
  if (fetch.requires === undefined || !/@(skip|include)\b/.test(fetch.operation)) return fetch;
  const consumers: Consumer[] = [];
  for (const { typeName, field, conditions } of entityFieldsOf(parse(fetch.operation))) {
    const fieldName = realFieldName(field.name.value, synthetic);
    const key = requirementsKey(fetch.serviceName, typeName, fieldName);
    const requirements = synthetic.requirements.get(key);
    if (requirements !== undefined) consumers.push({ requirements, conditions });
  }
  return { ...fetch, requires: mark(fetch.requires, '', consumers, synthetic) };
}

function mark(
  selections: readonly RequiresSelection[],
  path: string,
  consumers: readonly Consumer[],
  synthetic: SyntheticFields,
): readonly RequiresSelection[] {
  return selections.map((selection): RequiresSelection => {
    if (selection.kind === 'InlineFragment') {
      return { ...selection, selections: mark(selection.selections, path, consumers, synthetic) };
    }
    const ownPath = `${path}.${realFieldName(selection.name, synthetic)}`;
    const neededWhen = consumers
      .filter(({ requirements }) => requirements.get(ownPath) === selection.name)
      .map(({ conditions }) => conditions);
    const isConditional = neededWhen.length > 0 && neededWhen.every(({ length }) => length > 0);
    return {
      ...selection,
      ...(isConditional ? { neededWhen } : {}),
      ...(selection.selections === undefined
        ? {}
        : { selections: mark(selection.selections, ownPath, consumers, synthetic) }),
    };
  });
}
