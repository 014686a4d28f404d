import { StartupError } from '@plaza/prisma/startup-error';
import { CompactEncrypt, compactDecrypt, type JWK } from 'jose';
import { z } from 'zod';

/** What is in the database: the private key itself, or its encryption. */
const storedKey = z.union([z.object({ jwe: z.string() }), z.looseObject({ d: z.string() })]);

/** Turns private keys into what is stored, and back. */
export interface PrivateKeyCipher {
  /** Whether stored keys should be encrypted but this one is not. */
  isOutdated(stored: unknown): boolean;
  seal(privateJwk: JWK, keyId: string): Promise<object>;
  /** Throws StartupError when the key-encryption key is missing or another one. */
  open(stored: unknown, keyId: string): Promise<JWK>;
}

/**
 * Encrypts private keys at rest by AES-256-GCM as a JWE (RFC 7516) that names its key, so that two rows
 * cannot be swapped. Without a key-encryption key they are stored as they are.
 */
export function createPrivateKeyCipher(encryptionKey: Uint8Array | undefined): PrivateKeyCipher {
  return {
    isOutdated: (stored) => encryptionKey !== undefined && !('jwe' in storedKey.parse(stored)),
    async seal(privateJwk, keyId) {
      if (encryptionKey === undefined) return { ...privateJwk };
      const plain = new TextEncoder().encode(JSON.stringify(privateJwk));
      const jwe = await new CompactEncrypt(plain)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: keyId })
        .encrypt(encryptionKey);
      return { jwe };
    },
    async open(stored, keyId) {
      const row = storedKey.parse(stored);
      if (!('jwe' in row)) return row as JWK;
      if (encryptionKey === undefined) throw cannotOpen('is not set');
      const options = {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      };
      const opened = await compactDecrypt(String(row.jwe), encryptionKey, options).catch(() => {
        throw cannotOpen('is not the one they were encrypted with');
      });
      if (opened.protectedHeader.kid !== keyId) throw cannotOpen('opened another key’s row');
      return JSON.parse(new TextDecoder().decode(opened.plaintext)) as JWK;
    },
  };
}

function cannotOpen(what: string): StartupError {
  return new StartupError(
    `The signing keys in the database are encrypted and IDENTITY_KEY_ENCRYPTION_KEY ${what}`,
  );
}
