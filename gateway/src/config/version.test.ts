import test from 'ava';
import { checkNodeVersion, readVersion } from './version.ts';

test('a Node that is too old is told in one line', (t) => {
  const error = t.throws(() => checkNodeVersion('22.21.0'), { code: 'BAD_USER_INPUT' });
  t.is(error?.message, 'Node 24 or newer is needed; this is 22.21.0');
  t.notThrows(() => checkNodeVersion('24.0.0'));
  t.notThrows(() => checkNodeVersion());
  t.regex(readVersion(), /^\d+\.\d+\.\d+/);
});
