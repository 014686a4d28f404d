import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { SubgraphContext } from '@plaza/kit/subgraph';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { TicketSigningKey } from '../ticket-code/sign-ticket-code.ts';

/** Any number that no other advisory lock of ours uses. */
const signingKeyLock = 72707372;
/** Bytes of a raw Ed25519 public key: the end of its SPKI form (RFC 8410). */
const publicKeyBytes = 32;
const masterBytes = 32;

export interface TicketPublicKeyRow {
  readonly keyId: number;
  /** Raw Ed25519 public key. */
  readonly publicKey: Uint8Array;
}

export interface TicketKeys {
  /** What new codes are signed with. */
  readonly active: TicketSigningKey;
  /** Every key that valid codes may be signed with, newest first. */
  readonly publicKeys: readonly TicketPublicKeyRow[];
}

/**
 * Loads the keys that ticket codes are signed with, and makes the first one. Replicas that start
 * together agree on it. The newest key signs; older ones verify the codes that they signed.
 */
export async function loadTicketKeys(
  database: PrismaClient,
  log: SubgraphContext['log'],
): Promise<TicketKeys> {
  const rows = await database.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${signingKeyLock})`;
    const found = await tx.ticketSigningKey.findMany({ orderBy: { createdAt: 'desc' } });
    if (found.length > 0) return found;
    const created = await tx.ticketSigningKey.create({ data: { id: 0, ...generateKey() } });
    log.info({ 'ticket_key.id': created.id }, 'ticket signing key created');
    return [created];
  });
  const [newest] = rows;
  if (newest === undefined) throw new Error('There is no ticket signing key');
  return {
    active: { id: newest.id, privateKey: readPrivateKey(newest.privateKey) },
    publicKeys: rows.map(({ id, publicKey }) => ({ keyId: id, publicKey })),
  };
}

function generateKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return {
    publicKey: new Uint8Array(spki.subarray(-publicKeyBytes)),
    privateKey: new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
}

function readPrivateKey(bytes: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(bytes), type: 'pkcs8', format: 'der' });
}

/**
 * The masters of the performances, in no order; one that has none yet gets one here. Of two processes
 * that make it at once the first wins.
 */
export async function loadScheduleMasters(
  database: PrismaClient,
  scheduleIds: readonly string[],
): Promise<{ readonly scheduleId: string; readonly master: Uint8Array }[]> {
  const where = { scheduleId: { in: [...scheduleIds] } };
  const found = await database.scheduleTicketMaster.findMany({ where });
  if (found.length === scheduleIds.length) return found;
  await database.scheduleTicketMaster.createMany({
    data: scheduleIds.map((scheduleId) => ({
      scheduleId,
      master: new Uint8Array(randomBytes(masterBytes)),
    })),
    skipDuplicates: true,
  });
  return database.scheduleTicketMaster.findMany({ where });
}
