import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { errorStatus } from '@plaza/schema/errors';
import test from 'ava';
import { PlazaError, toPlazaError } from './plaza-error.ts';

const answered = (extensions: Record<string, unknown>) =>
  toPlazaError(
    new CombinedGraphQLErrors({ errors: [{ message: 'no', path: ['a', 0], extensions }] }),
  );

test('every code of the closed list has a remedy', (t) => {
  for (const code of Object.keys(errorStatus)) {
    const error = answered({ code });
    t.is(error.code, code as PlazaError['code']);
    t.regex(error.remedy, /^[a-zA-Z]+$/, code);
  }
});

test('an error says where, which field, when to come back, and by what support finds it', (t) => {
  const error = answered({ code: 'RATE_LIMITED', field: 'email', requestId: 'r', retryAfterMs: 9 });
  t.like(error, {
    code: 'RATE_LIMITED',
    remedy: 'wait',
    message: 'no',
    path: ['a', 0],
    field: 'email',
    requestId: 'r',
    retryAfterMs: 9,
  });
  t.like(answered({ code: 'SOMETHING_NEW' }), { code: 'UNKNOWN', remedy: 'report' });
});

test('what is no answer of the graph has a code as well', (t) => {
  const answer = (status: number) =>
    new ServerError('no', { response: new Response('no', { status }), bodyText: 'no' });
  const abort = new Error('stop');
  abort.name = 'AbortError';
  const own = new PlazaError('ABORTED', 'mine');
  const cases: [unknown, PlazaError['code']][] = [
    [new TypeError('fetch failed'), 'NETWORK'],
    [{ code: 4400, reason: 'bad' }, 'NETWORK'],
    [answer(502), 'NETWORK'],
    [answer(429), 'RATE_LIMITED'],
    [answer(404), 'UNKNOWN'],
    [abort, 'ABORTED'],
    [new RangeError('ours'), 'UNKNOWN'],
    ['a text', 'UNKNOWN'],
  ];
  for (const [error, code] of cases) t.is(toPlazaError(error).code, code, String(error));
  t.is(toPlazaError(own), own);
});
