import test from 'ava';
import type { Viewer } from '../identity/viewer.ts';
import type { Sharing } from './audience.ts';
import { audienceOf, narrower } from './audience.ts';

function viewer(id: string, ...scopes: readonly string[]): Viewer {
  const claims = { sub: id, iss: 'https://id.test' };
  return { id, kind: 'person', scopes: new Set(scopes), expiresAt: 0, claims };
}

const ana = audienceOf(viewer('ana', 'read', 'staff'), { authorization: 'Bearer 1' });
const anaRenewed = audienceOf(viewer('ana', 'staff', 'read'), { authorization: 'Bearer 2' });
const anaLimited = audienceOf(viewer('ana', 'read'), { authorization: 'Bearer 3' });
const ben = audienceOf(viewer('ben', 'staff'), { authorization: 'Bearer 4' });
const partner = audienceOf({ ...viewer('ana', 'read', 'staff'), kind: 'partner' }, {});
const nobody = audienceOf(undefined, {});
const unknown = audienceOf(undefined, { authorization: 'Bearer 5' });
const spanish = audienceOf(viewer('ben', 'staff'), { 'accept-language': 'es' });

test('tells apart who must not get the same, and nobody else', (t) => {
  const same = (sharing: Sharing, ...audiences: readonly (typeof ana)[]): number =>
    new Set(audiences.map((audience) => audience.keyFor(sharing))).size;
  t.is(same('everybody', ana, ben, nobody, unknown), 1);
  t.is(same('everybody', ben, spanish), 2);
  t.is(same('viewer', ana, anaRenewed), 1);
  t.is(same('viewer', ana, anaLimited, ben, nobody, unknown, spanish, partner), 7);
  t.is(same(['staff'], ana, anaRenewed, ben), 1);
  t.is(same(['staff'], anaLimited, nobody), 1);
  t.is(same(['staff'], ana, anaLimited), 2);
  t.is(same(['staff'], ben, spanish), 2);
  t.is(same(['staff'], nobody, unknown), 2, 'nobody knows what these credentials allow');
  t.is(same(['staff', 'read'], ana, anaLimited, ben, nobody), 4);
});

test('what is made of two parts is for those who get the same of both', (t) => {
  t.is(narrower('everybody', 'everybody'), 'everybody');
  t.is(narrower(['a'], 'viewer'), 'viewer');
  t.deepEqual(narrower('everybody', ['a']), ['a']);
  t.deepEqual(narrower(['b', 'a'], ['c', 'a']), ['a', 'b', 'c']);
});
