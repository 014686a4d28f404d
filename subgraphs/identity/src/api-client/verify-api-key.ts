import type { PrismaClient } from '../generated/prisma/client.ts';
import { hashApiKey, isSameHash, readApiKeyId } from './api-key.ts';

/** The last use is written once in so long, so that reading keys does not mean writing rows. */
const lastUsePrecisionMs = 60_000;
/** Compared with when there is no such key, so that time does not tell which ids exist. */
const nobodysHash = hashApiKey('nobody');

export interface VerifiedApiKey {
  readonly keyId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly contract: string;
  readonly scopes: readonly string[];
  readonly rateLimitClass: string | null;
  /** When the key stops by itself, if it was rotated. */
  readonly expiresAt: Date | null;
}

export type VerifyApiKey = (text: string) => Promise<VerifiedApiKey | undefined>;

/** Tells whose key it is; undefined for one that is unknown, over or revoked. */
export function createApiKeyVerifier(prisma: PrismaClient, now: () => number): VerifyApiKey {
  return async (text) => {
    const id = readApiKeyId(text);
    if (id === undefined) return undefined;
    const key = await prisma.apiClientKey.findUnique({ where: { id }, include: { client: true } });
    const isRight = isSameHash(hashApiKey(text), key?.hash ?? nobodysHash);
    if (key === null || !isRight || key.client.revokedAt !== null) return undefined;
    const { client, expiresAt, lastUsedAt } = key;
    const usedAt = now();
    if (expiresAt !== null && expiresAt.getTime() <= usedAt) return undefined;
    if (lastUsedAt === null || usedAt - lastUsedAt.getTime() >= lastUsePrecisionMs) {
      await prisma.apiClientKey.updateMany({
        where: { id },
        data: { lastUsedAt: new Date(usedAt) },
      });
    }
    return {
      keyId: id,
      clientId: client.id,
      clientName: client.name,
      contract: client.contract,
      scopes: client.scopes,
      rateLimitClass: client.rateLimitClass,
      expiresAt,
    };
  };
}
