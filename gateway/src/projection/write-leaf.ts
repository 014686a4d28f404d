import type { GraphQLLeafType } from 'graphql';
import { isEnumType } from 'graphql';
import { quoteJson } from '../query-plan/quote-json.ts';
import { completeLeaf, invalidLeaf } from './leaf-value.ts';
import { unexpectedValue } from './unexpected-value.ts';

/** Writes a value that is not null as JSON. Throws `unexpectedValue`. */
export type LeafWriter = (value: unknown) => string;

/** The writer of a leaf type: JSON text of what `completeLeaf` makes of the value. */
export function createLeafWriter(type: GraphQLLeafType): LeafWriter {
  if (isEnumType(type)) return createEnumWriter(type.getValues().map(({ name }) => name));
  switch (type.name) {
    case 'String':
    case 'ID':
      return (value) =>
        typeof value === 'string' ? quoteJson(value) : writeCompleted(type, value);
    case 'Int':
      // Faster than asking whether it is an integer within 32 bits.
      return (value) => {
        const int = Number(value) | 0;
        return int === value ? String(int) : writeCompleted(type, value);
      };
    case 'Boolean':
      return (value) => {
        if (typeof value === 'boolean') return value ? 'true' : 'false';
        throw unexpectedValue;
      };
    default:
      return (value) => writeCompleted(type, value);
  }
}

function createEnumWriter(names: readonly string[]): LeafWriter {
  const texts = new Map<unknown, string>(names.map((name) => [name, `"${name}"`]));
  return (value) => {
    const text = texts.get(value);
    if (text === undefined) throw unexpectedValue;
    return text;
  };
}

function writeCompleted(type: GraphQLLeafType, value: unknown): string {
  const leaf = completeLeaf(type, value);
  if (leaf === invalidLeaf) throw unexpectedValue;
  return JSON.stringify(leaf);
}
