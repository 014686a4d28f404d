import test from 'ava';
import { createPasswordHasher } from './password-hasher.ts';

test('a password matches its own hash alone, however its accents are composed', async (t) => {
  const passwords = await createPasswordHasher();
  const hash = await passwords.hash('contraseña-1');
  t.true(await passwords.verify('contraseña-1', hash));
  t.true(await passwords.verify('contraseña-1'.normalize('NFD'), hash));
  t.false(await passwords.verify('contrasena-1', hash));
  t.false(await passwords.verify('contraseña-1', undefined));
});

test('a hash of another cost is still read', async (t) => {
  const passwords = await createPasswordHasher();
  // RFC 7914 section 12: P="pleaseletmein", S="SodiumChloride", N=16384, r=8, p=1, the first 32 bytes.
  const key = Buffer.from(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2',
    'hex',
  );
  const salt = Buffer.from('SodiumChloride').toString('base64').replace(/=+$/, '');
  const hash = `$scrypt$ln=14,r=8,p=1$${salt}$${key.toString('base64').replace(/=+$/, '')}`;
  t.true(await passwords.verify('pleaseletmein', hash));
  await t.throwsAsync(passwords.verify('pleaseletmein', 'plain text'), { message: /PHC/ });
});

test('checking takes as long when nobody has the address', async (t) => {
  const passwords = await createPasswordHasher();
  const hash = await passwords.hash('some password 1');
  const millisecondsOf = async (stored: string | undefined) => {
    const startedAt = performance.now();
    await passwords.verify('some password 2', stored);
    return performance.now() - startedAt;
  };
  const known = Math.min(await millisecondsOf(hash), await millisecondsOf(hash));
  const unknown = Math.min(await millisecondsOf(undefined), await millisecondsOf(undefined));
  // Without the work it would take a thousandth; a busy machine may stretch either by a few times.
  t.true(unknown > known / 10, `${unknown} ms against ${known} ms`);
});
