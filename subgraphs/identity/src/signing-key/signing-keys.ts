import type { SubgraphContext } from '@plaza/kit/subgraph';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
} from 'jose';
import type { PrismaClient, SigningKey } from '../generated/prisma/client.ts';

/** Any number that no other advisory lock of identity uses. */
const signingKeyLock = 1_001;

export interface SigningKeys {
  /** Public keys of all tokens that may still be valid, for the JWKS. */
  readonly publicKeySet: JSONWebKeySet;
  /** What new tokens are signed with. */
  readonly active: { readonly id: string; readonly privateKey: CryptoKey };
}

/**
 * Loads the keys that tokens are signed with, and creates the first one. Replicas that start together
 * agree on it. The newest key signs; older ones stay published for the tokens that they signed.
 */
export async function loadSigningKeys(
  prisma: PrismaClient,
  log: SubgraphContext['log'],
): Promise<SigningKeys> {
  const rows = await prisma.$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${signingKeyLock})`;
    const found = await transaction.signingKey.findMany({ orderBy: { createdAt: 'desc' } });
    if (found.length > 0) return found;
    const created = await transaction.signingKey.create({ data: await generateSigningKey() });
    log.info({ 'signing_key.id': created.id }, 'signing key created');
    return [created];
  });
  const [newest] = rows;
  if (newest === undefined) throw new Error('There is no signing key');
  const privateKey = (await importJWK(newest.privateJwk as JWK, 'EdDSA')) as CryptoKey;
  return {
    publicKeySet: { keys: rows.map(toPublicJwk) },
    active: { id: newest.id, privateKey },
  };
}

async function generateSigningKey() {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  return {
    id: await calculateJwkThumbprint(publicJwk),
    publicJwk: { ...publicJwk },
    privateJwk: { ...(await exportJWK(privateKey)) },
  };
}

function toPublicJwk({ id, publicJwk }: SigningKey): JWK {
  return { ...(publicJwk as JWK), kid: id, alg: 'EdDSA', use: 'sig' };
}
