import type { DataObject } from '../query-plan/merge-data.ts';
import { isObject } from '../query-plan/merge-data.ts';
import { generateObjectWriter } from './generate-object-writer.ts';
import { unexpectedValue } from './unexpected-value.ts';

/** One response under way. */
export interface Writing {
  /** Objects and lists that several places of the data share. */
  readonly shared: ReadonlySet<object>;
  /** What was written for each of those, by who wrote it. */
  readonly texts: Map<object, Map<ValueWriter, string>>;
}

/** Writes a value that is not null as JSON. Throws `unexpectedValue`. */
export type ValueWriter = (value: unknown, writing: Writing) => string;

/** A field of an object as it is written. */
export interface WrittenField {
  /** The response name as JSON. */
  readonly name: string;
  readonly key: string;
  readonly isNullable: boolean;
  /** In place of `write`: the same text for every object. */
  readonly constant?: string;
  readonly write?: ValueWriter;
  /** In place of reading the key as it is. */
  readonly read?: (source: DataObject) => unknown;
}

/** Writes objects: the fields in order. */
export function createObjectWriter(fields: readonly WrittenField[]): ValueWriter {
  return fields.length === 0 ? writeEmpty : sharing(generateObjectWriter(fields));
}

function writeEmpty(value: unknown): string {
  if (isObject(value)) return '{}';
  throw unexpectedValue;
}

/** Writes lists of values that a writer writes. */
export function createListWriter(options: {
  readonly isItemNullable: boolean;
  readonly isItemLeaf: boolean;
  readonly writeItem: ValueWriter;
}): ValueWriter {
  const { isItemNullable, isItemLeaf, writeItem } = options;
  const write: ValueWriter = (value, writing) => {
    if (!Array.isArray(value)) throw unexpectedValue;
    let text = '';
    for (const item of value) {
      const separator = text === '' ? '[' : ',';
      if (item !== null && item !== undefined) text += separator + writeItem(item, writing);
      else if (isItemNullable) text += `${separator}null`;
      else throw unexpectedValue;
    }
    return text === '' ? '[]' : `${text}]`;
  };
  return isItemLeaf ? write : sharing(write);
}

/** Writes what several places share once. */
function sharing(write: ValueWriter): ValueWriter {
  return (value, writing) => {
    if (writing.shared.size === 0 || !writing.shared.has(value as object)) {
      return write(value, writing);
    }
    let texts = writing.texts.get(value as object);
    if (texts === undefined) {
      texts = new Map();
      writing.texts.set(value as object, texts);
    }
    let text = texts.get(write);
    if (text === undefined) {
      text = write(value, writing);
      texts.set(write, text);
    }
    return text;
  };
}
