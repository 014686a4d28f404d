import type { DirectiveNode, DocumentNode, SelectionNode, SelectionSetNode } from 'graphql';
import { Kind, parse, print, visit } from 'graphql';
import type { Random } from './random.ts';

/** Variables that `@defer(if:)` may use, and their values. */
export const deferVariables = { deferOn: true, deferOff: false } as const;

/** The same query with `@defer` at random on its fragments, and on new fragments around fields. */
export function sprinkleDefer(query: string, random: Random): string {
  const document = parse(query);
  const sprinkler = new Sprinkler(random);
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION
      ? { ...definition, selectionSet: sprinkler.sprinkle(definition.selectionSet) }
      : definition,
  );
  return print(declareVariables({ ...document, definitions }));
}

class Sprinkler {
  readonly #random: Random;
  #labels = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  sprinkle({ selections }: SelectionSetNode): SelectionSetNode {
    const inner = selections.map((selection) =>
      selection.kind === Kind.FRAGMENT_SPREAD || selection.selectionSet === undefined
        ? selection
        : { ...selection, selectionSet: this.sprinkle(selection.selectionSet) },
    );
    return {
      kind: Kind.SELECTION_SET,
      selections: this.#gather(inner.map((one) => this.#defer(one))),
    };
  }

  #defer(selection: SelectionNode): SelectionNode {
    if (selection.kind === Kind.FIELD || !this.#random.chance(0.5)) return selection;
    return { ...selection, directives: [...(selection.directives ?? []), this.#directive()] };
  }

  /** Some of the selections go into a deferred fragment; now and then some stay outside as well. */
  #gather(selections: readonly SelectionNode[]): readonly SelectionNode[] {
    if (!this.#random.chance(0.3)) return selections;
    const gathered = selections.filter(() => this.#random.chance(0.6));
    if (gathered.length === 0) return selections;
    const rest = selections.filter((one) => !gathered.includes(one) || this.#random.chance(0.1));
    const fragment: SelectionNode = {
      kind: Kind.INLINE_FRAGMENT,
      directives: [this.#directive()],
      selectionSet: { kind: Kind.SELECTION_SET, selections: gathered },
    };
    return this.#random.chance(0.5) ? [fragment, ...rest] : [...rest, fragment];
  }

  #directive(): DirectiveNode {
    this.#labels += 1;
    const label = this.#random.chance(0.5) ? `label: "l${this.#labels}"` : '';
    const condition = this.#random.oneOf(['', '', '', 'if: true', 'if: $deferOn', 'if: $deferOff']);
    const given = [label, condition].filter((text) => text !== '').join(', ');
    return directiveOf(`@defer${given === '' ? '' : `(${given})`}`);
  }
}

function directiveOf(text: string): DirectiveNode {
  const [operation] = parse(`query ${text} { x }`).definitions;
  const directives = operation?.kind === Kind.OPERATION_DEFINITION ? operation.directives : [];
  const [directive] = directives ?? [];
  if (directive === undefined) throw new Error('There is no directive');
  return directive;
}

/** Adds the definitions of the variables that are used now. */
function declareVariables(document: DocumentNode): DocumentNode {
  const names = Object.keys(deferVariables).filter((name) => print(document).includes(`$${name}`));
  return visit(document, {
    OperationDefinition: (node) => ({
      ...node,
      variableDefinitions: [
        ...(node.variableDefinitions ?? []),
        ...names.map((name) => variableDefinition(name)),
      ],
    }),
  });
}

function variableDefinition(name: string) {
  const [operation] = parse(`query ($${name}: Boolean!) { x }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation');
  const [definition] = operation.variableDefinitions ?? [];
  if (definition === undefined) throw new Error('There is no variable');
  return definition;
}
