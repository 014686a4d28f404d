import type { ASTNode, DocumentNode } from 'graphql';
import { isInputObjectType, visit } from 'graphql';
import type { Weights } from './weighed-fields.ts';

/**
 * The variables on which the estimated cost of a document depends: those in conditions, those that say how
 * long a list is, and all in arguments where the schema weighs what is given. Nearly always none.
 */
export function costVariables(
  document: DocumentNode,
  { schema, rules }: Weights,
): readonly string[] {
  const sized = new Set<string>();
  for (const [coordinate, { slicingArguments }] of rules.listSizes) {
    if (slicingArguments.length > 0) sized.add(coordinate.slice(coordinate.indexOf('.') + 1));
  }
  const areInputsWeighed = [...rules.weights.keys()].some(
    (coordinate) =>
      coordinate.includes('(') || isInputObjectType(schema.getType(coordinate.split('.')[0] ?? '')),
  );
  const names = new Set<string>();
  const addAll = (node: ASTNode): void => {
    visit(node, { Variable: ({ name }) => void names.add(name.value) });
  };
  visit(document, {
    Directive: addAll,
    Field: ({ name, arguments: given = [] }) => {
      if (areInputsWeighed || sized.has(name.value)) for (const one of given) addAll(one);
    },
  });
  return [...names].toSorted();
}
