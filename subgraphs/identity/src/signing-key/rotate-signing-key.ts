import { recordAudit } from '../audit/record-audit.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { RequestOrigin } from '../request-origin.ts';
import { publishLeadMs, toKeySchedule } from './key-schedule.ts';
import type { PrivateKeyCipher } from './private-key-cipher.ts';
import type { RotateSigningKeyResult } from './signing-key.type.ts';
import { createSigningKey, lockSigningKeys, type SigningKeyRing } from './signing-key-ring.ts';

export interface RotationDependencies {
  readonly prisma: PrismaClient;
  readonly cipher: PrivateKeyCipher;
  readonly ring: SigningKeyRing;
  readonly now: () => number;
}

export type RotateSigningKey = (
  isCompromised: boolean,
  origin: RequestOrigin,
) => Promise<RotateSigningKeyResult>;

/**
 * Rotates the signing key. The next key is published at once and signs 15 minutes later; keys whose
 * tokens have ended are deleted. A compromised key is deleted at once, with all others: the new one
 * signs now, and people whose access token was signed before refresh their session.
 */
export function createKeyRotation(use: RotationDependencies): RotateSigningKey {
  const { prisma, cipher, ring, now } = use;
  return async (isCompromised, origin) => {
    const result = await prisma.$transaction(async (transaction) => {
      await lockSigningKeys(transaction);
      const keys = await transaction.signingKey.findMany();
      const at = now();
      const { active, published } = toKeySchedule(keys, at);
      const coming = published.find((key) => key.activatesAt.getTime() > at);
      if (coming !== undefined && !isCompromised) {
        const { activatesAt } = coming;
        const message = 'The next key is published already and will sign soon';
        return { __typename: 'RotationUnderWay', message, activatesAt } as const;
      }
      const kept = isCompromised ? [] : published.map(({ id }) => id);
      await transaction.signingKey.deleteMany({ where: { id: { notIn: kept } } });
      const activatesAt = new Date(isCompromised ? at : at + publishLeadMs);
      const { id } = await createSigningKey(transaction, cipher, activatesAt);
      const before = { keyId: active.id };
      const after = { keyId: id, activatesAt: activatesAt.toISOString(), isCompromised };
      const record = { action: 'signing_key.rotated', entityType: 'SigningKey' } as const;
      await recordAudit(
        transaction,
        origin,
        { ...record, entityId: id, before, after },
        new Date(at),
      );
      return { __typename: 'SigningKeyRotated', keyId: id, activatesAt } as const;
    });
    ring.forget();
    return result;
  };
}
