import test from 'ava';
import { parseDocument } from './parse-document.ts';

test('says where nodes stand, and keeps no token alive', (t) => {
  const text = '{\n  user(id: 1) {\n    name\n  }\n}';
  const document = parseDocument(text, { tokensMax: 100 });
  const [operation] = document.definitions;
  const selection =
    operation?.kind === 'OperationDefinition' ? operation.selectionSet.selections[0] : undefined;
  const location = selection?.loc;
  t.is(text.slice(location?.start, location?.end), 'user(id: 1) {\n    name\n  }');
  t.is(location?.source.body, text);
  t.is(location?.startToken.next ?? null, null);
  t.is(location?.endToken.prev ?? null, null);
});
