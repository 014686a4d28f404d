import test from 'ava';
import { quoteJson } from './quote-json.ts';

test('writes strings as JSON.stringify does', (t) => {
  for (let code = 0; code <= 0xff_ff; code += 1) {
    const text = `a${String.fromCharCode(code)}b`;
    if (quoteJson(text) !== JSON.stringify(text)) t.fail(`character ${code}`);
  }
  for (const text of ['', 'text', '😀', '\ud83d', 'é"\\\n', '\u2028']) {
    t.is(quoteJson(text), JSON.stringify(text));
  }
});
