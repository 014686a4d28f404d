import type { GraphQLCompositeType, GraphQLField, GraphQLInputType, GraphQLSchema } from 'graphql';
import {
  astFromValue,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  parse,
  print,
  validate,
} from 'graphql';
import type { Random } from './random.ts';
import type { TextPool } from './random-value.ts';
import { randomValue } from './random-value.ts';

export interface RandomOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Draws until the operation is valid: aliases and fragments conflict now and then. */
const attemptsMax = 200;
const depthMax = 5;
const selectionsMax = 40;

/** A valid query or mutation over the schema: aliases, arguments, variables, fragments, conditions, bounded. */
export function randomOperation(
  schema: GraphQLSchema,
  random: Random,
  texts: TextPool,
): RandomOperation {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const operation = new OperationWriter(schema, random, texts).write();
    if (validate(schema, parse(operation.query)).length === 0) return operation;
  }
  throw new Error(`No valid operation in ${attemptsMax} draws`);
}

class OperationWriter {
  private readonly schema: GraphQLSchema;
  private readonly random: Random;
  private readonly texts: TextPool;
  private readonly fragments: string[] = [];
  private readonly declarations: string[] = [];
  private readonly variables: Record<string, unknown> = {};
  private selectionsLeft = selectionsMax;

  constructor(schema: GraphQLSchema, random: Random, texts: TextPool) {
    this.schema = schema;
    this.random = random;
    this.texts = texts;
  }

  write(): RandomOperation {
    const queryType = this.schema.getQueryType();
    if (!queryType) throw new Error('The schema has no query type');
    const mutationType = this.random.chance(0.15) ? this.schema.getMutationType() : undefined;
    const kind = mutationType ? 'mutation' : 'query';
    const body = this.selectionSet(mutationType ?? queryType, depthMax);
    const header = this.declarations.length === 0 ? '' : `(${this.declarations.join(', ')})`;
    return {
      query: [`${kind} ${header} ${body}`, ...this.fragments].join('\n'),
      variables: this.variables,
    };
  }

  private selectionSet(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + this.random.below(4);
    const selections = Array.from({ length: count }, () => this.selection(type, depth));
    return `{ ${selections.filter((text) => text !== '').join(' ') || '__typename'} }`;
  }

  private selection(type: GraphQLCompositeType, depth: number): string {
    this.selectionsLeft -= 1;
    if (depth > 1 && this.random.chance(isObjectType(type) ? 0.12 : 0.45)) {
      return this.fragment(type, depth);
    }
    if (!(isObjectType(type) || isInterfaceType(type)) || this.random.chance(0.08)) {
      return `${this.random.chance(0.4) ? 'kind: ' : ''}__typename`;
    }
    const fields = Object.values(type.getFields());
    const isDeep = depth > 1 && this.selectionsLeft > 0;
    const candidates = fields.filter(
      (field) => isDeep || !isCompositeType(getNamedType(field.type)),
    );
    if (candidates.length === 0) return '__typename';
    return this.field(this.random.oneOf(candidates), fields, depth);
  }

  private field(
    field: GraphQLField<unknown, unknown>,
    siblings: readonly GraphQLField<unknown, unknown>[],
    depth: number,
  ): string {
    // Aliases that are names of other fields are the ones that gateways get wrong.
    const names = ['a', 'b', ...siblings.map(({ name }) => name)];
    const alias = this.random.chance(0.2) ? `${this.random.oneOf(names)}: ` : '';
    const type = getNamedType(field.type);
    const body = isCompositeType(type) ? ` ${this.selectionSet(type, depth - 1)}` : '';
    return `${alias}${field.name}${this.arguments(field)}${this.condition()}${body}`;
  }

  private fragment(type: GraphQLCompositeType, depth: number): string {
    const overlapping = Object.values(this.schema.getTypeMap()).filter(
      (candidate): candidate is GraphQLCompositeType =>
        isCompositeType(candidate) && this.overlaps(type, candidate),
    );
    const condition = this.random.oneOf(overlapping);
    const body = this.selectionSet(condition, depth - 1);
    if (this.random.chance(0.3)) {
      const name = `F${this.fragments.length}`;
      this.fragments.push(`fragment ${name} on ${condition.name} ${body}`);
      return `...${name}${this.condition()}`;
    }
    if (condition === type && this.random.chance(0.5)) return `...${this.condition()} ${body}`;
    return `... on ${condition.name}${this.condition()} ${body}`;
  }

  private overlaps(left: GraphQLCompositeType, right: GraphQLCompositeType): boolean {
    const possible = (type: GraphQLCompositeType) =>
      isObjectType(type) ? [type] : this.schema.getPossibleTypes(type);
    return possible(left).some((type) => possible(right).includes(type));
  }

  private condition(): string {
    if (!this.random.chance(0.12)) return '';
    const directive = this.random.oneOf(['skip', 'include']);
    if (this.random.chance(0.3)) return ` @${directive}(if: ${this.random.chance(0.5)})`;
    const name = this.random.oneOf(['on', 'off']);
    const declaration = `$${name}: Boolean!`;
    if (!this.declarations.includes(declaration)) {
      this.declarations.push(declaration);
      this.variables[name] = this.random.chance(0.5);
    }
    return ` @${directive}(if: $${name})`;
  }

  private arguments(field: GraphQLField<unknown, unknown>): string {
    const given = field.args
      .filter((argument) => isRequiredArgument(argument) || this.random.chance(0.5))
      .map((argument) => `${argument.name}: ${this.argumentValue(argument.type)}`);
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  private argumentValue(type: GraphQLInputType): string {
    const value = randomValue(type, this.random, this.texts);
    // graphql-js writes no literal for the objects of a custom scalar.
    if (this.random.chance(0.35) || getNamedType(type).name === 'JSON') {
      const name = `v${this.declarations.length}`;
      this.declarations.push(`$${name}: ${String(type)}`);
      this.variables[name] = value;
      return `$${name}`;
    }
    const literal = astFromValue(value, type);
    return literal ? print(literal) : 'null';
  }
}
