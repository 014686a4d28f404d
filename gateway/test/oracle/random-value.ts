import type { GraphQLInputType } from 'graphql';
import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  isScalarType,
} from 'graphql';
import type { Random } from './random.ts';

/** Text for arguments of type ID and String: the keys of the graph's data, mostly. */
export type TextPool = readonly string[];

/**
 * A value of an input type, in the form that variables have. Enum values are texts, as in JSON.
 * Nullable types are null now and then.
 */
export function randomValue(type: GraphQLInputType, random: Random, texts: TextPool): unknown {
  if (isNonNullType(type)) return randomNonNull(type.ofType, random, texts);
  return random.chance(0.1) ? null : randomNonNull(type, random, texts);
}

function randomNonNull(type: GraphQLInputType, random: Random, texts: TextPool): unknown {
  if (isListType(type)) {
    return Array.from({ length: random.below(3) }, () => randomValue(type.ofType, random, texts));
  }
  if (isEnumType(type)) return random.oneOf(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const chosen = fields.filter((field) => isRequiredInputField(field) || random.chance(0.4));
    return Object.fromEntries(
      chosen.map((field) => [field.name, randomValue(field.type, random, texts)]),
    );
  }
  if (isScalarType(type)) return randomScalar(type.name, random, texts);
  throw new Error(`No value for ${String(type)}`);
}

function randomScalar(name: string, random: Random, texts: TextPool): unknown {
  switch (name) {
    case 'Int':
      return random.below(12);
    case 'Float':
      return random.below(8) / 2;
    case 'Boolean':
      return random.chance(0.5);
    case 'Day':
      return `day ${random.below(9)}`;
    case 'JSON':
      return random.oneOf<unknown>([0, '', false, 'text', { a: [1, null] }, []]);
    default:
      return random.oneOf(texts);
  }
}
