import type { DocumentNode } from 'graphql';
import { parse, print, visit } from 'graphql';
import {
  findChainedRequirements,
  SupergraphTypes,
} from '../../src/supergraph/chained-requirements.ts';
import type { Answer } from './answer.ts';
import { errorPathsOf, isEqualData } from './answer.ts';
import type { OracleOperation } from './oracle-graph.ts';

/** All that a rule may look at. */
export interface Comparison {
  readonly supergraphSdl: string;
  readonly operation: OracleOperation;
  readonly ours: Answer;
  readonly apollo: Answer;
}

/** A class of differences in which Apollo is known to be otherwise, and why. */
export interface DifferenceRule {
  readonly name: string;
  readonly explains: 'data' | 'errors';
  readonly reason: string;
  readonly recognises: (comparison: Comparison) => boolean;
}

/**
 * The rules, in the order in which they are tried. A rule about data counts only where the monolith
 * or an expected answer agrees with ours: the comparison sees to that before it asks.
 */
export const differenceRules: readonly DifferenceRule[] = [
  {
    name: 'alias-takes-the-name-of-a-join-field',
    explains: 'data',
    reason:
      'Apollo adds key and required fields under their own names; an alias of the client with such ' +
      'a name is lost, or reaches the subgraph as the key.',
    recognises: ({ supergraphSdl, operation }) => {
      const joinFields = joinFieldNamesOf(supergraphSdl);
      return aliasesOf(operation).some((alias) => joinFields.has(alias));
    },
  },
  {
    name: 'required-field-with-arguments',
    explains: 'data',
    reason:
      'Apollo keys selections by response name: a required field with arguments collides with the ' +
      "client's selection of it, or with another @requires of it.",
    recognises: ({ supergraphSdl, operation }) => {
      const requiring = fieldsRequiring(supergraphSdl, /\(/);
      return fieldNamesOf(operation).some((name) => requiring.has(name));
    },
  },
  {
    name: 'requirements-in-a-chain',
    explains: 'data',
    reason:
      'Where a field requires one that requires others itself, Apollo fetches that one without what ' +
      'it requires, or asks a subgraph for a field that is external there.',
    recognises: ({ supergraphSdl, operation, apollo }) => {
      const chained = findChainedRequirements(new SupergraphTypes(parse(supergraphSdl)));
      const names = new Set(chained.map(({ fieldName }) => fieldName));
      return apollo.errors.length > 0 && fieldNamesOf(operation).some((name) => names.has(name));
    },
  },
  {
    name: 'key-that-does-not-resolve',
    explains: 'data',
    reason:
      'After @requires Apollo goes back into a subgraph by its first key, though that key is ' +
      'resolvable: false; the subgraph answers null.',
    recognises: ({ supergraphSdl, apollo }) =>
      /resolvable: false/.test(supergraphSdl) && (apollo.valueCompletion ?? []).length > 0,
  },
  {
    name: 'condition-around-nothing',
    explains: 'data',
    reason:
      'Under a condition by variable whose whole selection a literal leaves out, Apollo plans ' +
      'nothing, though the object itself is asked for.',
    recognises: ({ operation, apollo }) =>
      /@(skip|include)\(if: \$/.test(operation.query) && apollo.subgraphCalls === 0,
  },
  {
    name: 'condition-around-required-fields',
    explains: 'data',
    reason:
      'Apollo puts what @requires needs under the condition of the field that requires it; another ' +
      'field that needs the same fetch then has an incomplete representation, or no fetch at all.',
    recognises: ({ supergraphSdl, operation, apollo }) =>
      /@(skip|include)/.test(operation.query) &&
      /requires: /.test(supergraphSdl) &&
      (apollo.valueCompletion ?? []).length > 0,
  },
  {
    name: 'representation-without-a-key',
    explains: 'data',
    reason:
      'For @requires on an interface object Apollo sends objects of other types too, with the ' +
      'required fields alone; the subgraph knows none of them.',
    recognises: ({ supergraphSdl, operation }) => {
      const requiring = fieldsRequiring(supergraphSdl, /./);
      return (
        /isInterfaceObject: true/.test(supergraphSdl) &&
        fieldNamesOf(operation).some((name) => requiring.has(name))
      );
    },
  },
  {
    name: 'fragment-that-cannot-match',
    explains: 'data',
    reason: 'The planner throws on a fragment that the fragments around it have ruled out.',
    recognises: ({ apollo }) =>
      apollo.errors.some(({ message }) => message.startsWith('Cannot add fragment of condition')),
  },
  {
    name: 'fragment-on-an-interface-object',
    explains: 'data',
    reason:
      'The planner throws on a fragment on an interface where an interface object stands for all ' +
      'object types that have it.',
    recognises: ({ apollo }) =>
      apollo.errors.some(({ message }) => message.startsWith('We should have an edge from')),
  },
  {
    name: 'one-name-with-two-arguments',
    explains: 'data',
    reason:
      'Types that one subgraph knows as a single interface object meet in one selection; Apollo ' +
      'keeps one field per response name, whatever its arguments.',
    recognises: ({ supergraphSdl, operation }) =>
      /isInterfaceObject: true/.test(supergraphSdl) && hasNameWithTwoArguments(operation),
  },
  {
    name: 'condition-on-a-root-fragment',
    explains: 'data',
    reason:
      'Apollo sends a fragment on the root type of the graph to a subgraph whose root type has ' +
      'another name.',
    recognises: ({ apollo }) =>
      apollo.errors.some(({ message }) => /^Unknown type "(Query|Mutation)"/.test(message)),
  },
  {
    name: 'nothing-planned-and-no-error',
    explains: 'data',
    reason:
      'Where no subgraph can answer a field, Apollo plans nothing for it and answers null without ' +
      'an error.',
    recognises: ({ ours, apollo }) =>
      ours.errors.length > 0 && apollo.errors.length === 0 && hasNullRoot(apollo.data),
  },
  {
    name: 'narrowed-abstract-type-without-typename',
    explains: 'data',
    reason:
      'Apollo shapes the answer by __typename alone; inside two nested abstract conditions on a ' +
      'known object type it has not fetched one and drops the fields.',
    recognises: ({ ours, apollo }) => isEqualData(withoutFieldsOfEmpty(ours, apollo), apollo.data),
  },
  {
    name: 'defer-in-introspection',
    explains: 'data',
    reason: 'Apollo does not serve @defer, so its schema does not show it.',
    recognises: ({ operation, ours, apollo }) =>
      /__schema\b.*\bdirectives\b/s.test(operation.query) &&
      JSON.stringify(ours.data).includes('"defer"') &&
      !JSON.stringify(apollo.data).includes('"defer"'),
  },
  {
    name: 'value-completion-outside-of-errors',
    explains: 'errors',
    reason:
      'Apollo reports a null that is not allowed, and a value that is not in the API schema, in ' +
      'extensions.valueCompletion; the specification (section 6.4.4) wants it in errors.',
    recognises: ({ ours, apollo }) => {
      if (apollo.valueCompletion === undefined || apollo.errors.length > 0) return false;
      const completion = errorPathsOf({ data: null, errors: apollo.valueCompletion });
      return isEqualData(errorPathsOf(ours), completion);
    },
  },
  {
    name: 'dead-subgraph-without-a-place',
    explains: 'errors',
    reason:
      'When a subgraph does not answer, Apollo gives one error without a path; ours says which ' +
      'fields it was.',
    recognises: ({ operation, ours, apollo }) =>
      operation.failing !== undefined &&
      ours.errors.length > 0 &&
      ours.errors.every((error) => error.path !== undefined) &&
      apollo.errors.length > 0 &&
      apollo.errors.every((error) => error.path === undefined),
  },
  {
    name: 'errors-of-wrong-data',
    explains: 'errors',
    reason: 'The data differ by a rule, and Apollo has no errors, or others, on the way to them.',
    recognises: ({ ours, apollo }) => !isEqualData(ours.data, apollo.data),
  },
];

/** The first rule that explains this kind of difference, or undefined. */
export function explainDifference(
  kind: DifferenceRule['explains'],
  comparison: Comparison,
): DifferenceRule | undefined {
  return differenceRules.find((rule) => rule.explains === kind && rule.recognises(comparison));
}

function aliasesOf({ query }: OracleOperation): string[] {
  const aliases: string[] = [];
  visit(parse(query), {
    Field: ({ alias, name }) => {
      if (alias !== undefined && alias.value !== name.value) aliases.push(alias.value);
    },
  });
  return aliases;
}

function fieldNamesOf({ query }: OracleOperation): string[] {
  const names: string[] = [];
  visit(parse(query), { Field: ({ name }) => void names.push(name.value) });
  return names;
}

function hasNameWithTwoArguments({ query }: OracleOperation): boolean {
  const meanings = new Map<string, string>();
  let isFound = false;
  visit(parse(query), {
    Field: (field) => {
      const responseName = (field.alias ?? field.name).value;
      const meaning = `${field.name.value}(${(field.arguments ?? []).map(print).join(', ')})`;
      if ((meanings.get(responseName) ?? meaning) !== meaning) isFound = true;
      meanings.set(responseName, meaning);
    },
  });
  return isFound;
}

/** Names in the field sets of keys and `@requires`. */
function joinFieldNamesOf(supergraphSdl: string): ReadonlySet<string> {
  const names = new Set<string>();
  visitFieldSets(parse(supergraphSdl), (fieldSet) => {
    visit(parse(`{ ${fieldSet} }`), { Field: ({ name }) => void names.add(name.value) });
  });
  return names;
}

function visitFieldSets(supergraph: DocumentNode, onFieldSet: (fieldSet: string) => void): void {
  visit(supergraph, {
    Argument: ({ name, value }) => {
      const isFieldSet = name.value === 'key' || name.value === 'requires';
      if (isFieldSet && value.kind === 'StringValue') onFieldSet(value.value);
    },
  });
}

/** Names of fields whose `@requires` has this in its text. */
function fieldsRequiring(supergraphSdl: string, text: RegExp): ReadonlySet<string> {
  const names = new Set<string>();
  visit(parse(supergraphSdl), {
    FieldDefinition: (field) => {
      for (const { arguments: given = [] } of field.directives ?? []) {
        const requires = given.find(({ name }) => name.value === 'requires')?.value;
        if (requires?.kind === 'StringValue' && text.test(requires.value)) {
          names.add(field.name.value);
        }
      }
    },
  });
  return names;
}

function hasNullRoot(data: unknown): boolean {
  return typeof data === 'object' && data !== null && Object.values(data).includes(null);
}

/** Ours with `{}` wherever Apollo has `{}`. */
function withoutFieldsOfEmpty(ours: Answer, apollo: Answer): unknown {
  const strip = (mine: unknown, theirs: unknown): unknown => {
    if (Array.isArray(mine) && Array.isArray(theirs)) {
      return mine.map((item, index) => strip(item, theirs[index]));
    }
    if (!isObject(mine) || !isObject(theirs)) return mine;
    if (Object.keys(theirs).length === 0) return {};
    return Object.fromEntries(
      Object.entries(mine).map(([key, value]) => [key, strip(value, theirs[key])]),
    );
  };
  return strip(ours.data, apollo.data);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
