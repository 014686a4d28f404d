import test from 'ava';
import { createUuidV7, isUuid, requireUuid } from './uuid.ts';

test('an id is laid out as RFC 9562 shows in its example', (t) => {
  // Appendix A.6: 2022-02-22T19:22:22.000Z with these random bits.
  const bits = Buffer.from('00000000000000000cc318c4dc0c0c07398f', 'hex').subarray(0, 6);
  const random = Buffer.concat([bits, Buffer.from('0cc318c4dc0c0c07398f', 'hex')]);
  const id = createUuidV7({ now: () => 0x017f22e279b0, fill: (bytes) => bytes.set(random) });
  t.is(id, '017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
});

test('ids of later milliseconds sort after earlier ones, and no two are alike', (t) => {
  const fill = (bytes: Uint8Array) => bytes.fill(0xff);
  const earlier = createUuidV7({ now: () => 1_000, fill });
  const later = createUuidV7({ now: () => 1_001, fill: (bytes) => bytes.fill(0) });
  t.true(earlier < later);
  t.is(new Set(Array.from({ length: 1_000 }, () => createUuidV7())).size, 1_000);
});

test('an argument that is no id is refused by its name, and capitals are the same id', (t) => {
  t.throws(() => requireUuid('7', 'orderId'), { code: 'BAD_USER_INPUT', message: /orderId/ });
  const id = createUuidV7();
  t.true(isUuid(id));
  t.is(requireUuid(id.toUpperCase(), 'id'), id);
});
