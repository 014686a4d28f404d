import { isObject } from '../query-plan/merge-data.ts';
import { unexpectedValue } from './unexpected-value.ts';
import type { ValueWriter, WrittenField } from './write-value.ts';

/** What generated code is handed. */
type Generate = (
  isObject: (value: unknown) => boolean,
  unexpectedValue: unknown,
  fields: readonly WrittenField[],
) => ValueWriter;

/**
 * Makes the function that writes the fields of an object, in order, as JSON. It is generated, so that
 * each field is a property access that V8 optimizes for the objects of this one place; one function
 * for all places has to look every key up (docs/decisions/0012-object-writers-are-generated.md).
 * All that comes from an operation is in the code as JSON text alone.
 */
export function generateObjectWriter(fields: readonly WrittenField[]): ValueWriter {
  const generate = new Function(
    'isObject',
    'unexpectedValue',
    'fields',
    codeOf(fields),
  ) as unknown as Generate;
  return generate(isObject, unexpectedValue, fields);
}

function codeOf(fields: readonly WrittenField[]): string {
  const writers = fields.map((_, index) => `const write${index} = fields[${index}].write;`);
  const statements: string[] = [];
  /** Text that is the same for all objects, not written yet. */
  let text = '';
  for (const [index, field] of fields.entries()) {
    const opening = `${text}${index === 0 ? '{' : ','}${field.name}:`;
    if (field.constant !== undefined) {
      text = `${opening}${field.constant}`;
      continue;
    }
    text = '';
    statements.push(
      `value = ${field.read === undefined ? `source[${JSON.stringify(field.key)}]` : `fields[${index}].read(source)`};`,
      `if (value !== null && value !== undefined) {`,
      `  text += ${JSON.stringify(opening)} + write${index}(value, writing);`,
      field.isNullable
        ? `} else text += ${JSON.stringify(`${opening}null`)};`
        : '} else throw unexpectedValue;',
    );
  }
  return [
    ...writers,
    'return function writeObject(source, writing) {',
    'if (!isObject(source)) throw unexpectedValue;',
    "let text = '';",
    'let value;',
    ...statements,
    `return text + ${JSON.stringify(`${text}}`)};`,
    '};',
  ].join('\n');
}
