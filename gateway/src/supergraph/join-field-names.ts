import type { ConstDirectiveNode, DocumentNode } from 'graphql';
import { parse, visit } from 'graphql';

/**
 * Names of all fields in the supergraph's keys, `@requires` and contexts, and `__typename`: what the
 * planner selects without being asked.
 */
export function readJoinFieldNames(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set(['__typename']);
  visit(supergraph, {
    Directive: (directive) => {
      if (!directive.name.value.startsWith('join__')) return;
      for (const selection of fieldSetsOf(directive as ConstDirectiveNode)) {
        visit(parse(selection, { noLocation: true }), {
          Field: (field) => {
            names.add(field.name.value);
          },
        });
      }
    },
  });
  return names;
}

function fieldSetsOf(directive: ConstDirectiveNode): string[] {
  const selections: string[] = [];
  visit(directive, {
    Argument: (argument) => {
      const { value } = argument;
      if (value.kind !== 'StringValue') return;
      if (['key', 'requires', 'provides'].includes(argument.name.value)) {
        selections.push(`{ ${value.value} }`);
      }
    },
    ObjectField: (field) => {
      if (field.name.value === 'selection' && field.value.kind === 'StringValue') {
        selections.push(selectionOfContext(field.value.value));
      }
    },
  });
  return selections;
}

/** `$name { a }` or `$name ... on A { a } ... on B { a }`, the context's name left out or not. */
function selectionOfContext(selection: string): string {
  const fields = selection.replace(/^\s*\$\w+/, '').trim();
  return fields.startsWith('{') ? fields : `{ ${fields} }`;
}
