import test from 'ava';
import { buildSchema, parse } from 'graphql';
import { RejectedOperation } from '../rejected-operation.ts';
import { validateDocument, validateInTurns } from './validate-document.ts';

const schema = buildSchema('type Query { name: String, list(size: Int): [Query] }');
const options = { isIntrospectionEnabled: true };
/** Faults that different rules find, and not in the order of the rules. */
const faulty = parse(`query ($unused: Int) {
  list(size: $undefined) { name: list { name } name missing }
  ...Nowhere
}`);

test('tells in turns what it tells at once, in the same order', async (t) => {
  const atOnce = t.throws(() => validateDocument(faulty, schema, options), {
    instanceOf: RejectedOperation,
  });
  const inTurns = await t.throwsAsync(validateInTurns(faulty, schema, options), {
    instanceOf: RejectedOperation,
  });
  t.true((atOnce?.errors.length ?? 0) >= 5);
  t.deepEqual(inTurns?.errors, atOnce?.errors);
});

test('accepts in turns what it accepts at once', async (t) => {
  const sound = parse('query ($size: Int) { list(size: $size) { name } }');
  validateDocument(sound, schema, options);
  await t.notThrowsAsync(validateInTurns(sound, schema, options));
});
