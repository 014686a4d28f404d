import test from 'ava';
import { readIdentityConfig } from './config.ts';

test('keys and tokens of a wrong length stop the start, all named at once', (t) => {
  const error = t.throws(() =>
    readIdentityConfig({
      IDENTITY_KEY_ENCRYPTION_KEY: Buffer.alloc(16).toString('base64'),
      IDENTITY_SERVICE_TOKEN: 'short',
    }),
  );
  t.regex(error.message, /IDENTITY_KEY_ENCRYPTION_KEY: must be 32 bytes/);
  t.regex(error.message, /IDENTITY_SERVICE_TOKEN: must have at least 32/);
  t.notRegex(error.message, /short\b/);
});

test('what is left out or empty is off', (t) => {
  const off = {
    keyEncryptionKey: undefined,
    serviceToken: undefined,
    clientAddressHeader: undefined,
  };
  t.like(readIdentityConfig({}), off);
  const empty = {
    IDENTITY_KEY_ENCRYPTION_KEY: '',
    IDENTITY_SERVICE_TOKEN: '',
    IDENTITY_CLIENT_ADDRESS_HEADER: '',
  };
  t.like(readIdentityConfig(empty), off);
});
