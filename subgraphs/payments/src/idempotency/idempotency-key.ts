import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Prisma } from '../generated/prisma/client.ts';

/** What callers may use as a key. */
export const idempotencyKeyInput = z
  .string()
  .regex(/^[\x21-\x7e]{8,128}$/, 'must be 8 to 128 visible ASCII characters without spaces');

export interface KeyedCall {
  /** Whose key it is: a user's id, or the id of a payment link. */
  readonly owner: string;
  readonly key: string;
  readonly operation: string;
  /** Everything that decides what the call does. Kept as a hash alone. */
  readonly input: unknown;
}

export type KeyClaim =
  /** Nobody used the key: the work is to be done, and gave the key away. */
  | { readonly kind: 'new' }
  /** The same call was made before. */
  | { readonly kind: 'repeated'; readonly resultId: string }
  /** The key belongs to another call. */
  | { readonly kind: 'reused' };

/**
 * Takes the key for this call, in the transaction of its work: both commit or neither. A second call
 * that comes meanwhile waits for the first.
 */
export async function claimKey(
  tx: Prisma.TransactionClient,
  call: KeyedCall,
  resultId: string,
): Promise<KeyClaim> {
  const { owner, key, operation } = call;
  const inputHash = hashOf(call);
  const taken = await tx.$executeRaw`
    INSERT INTO idempotency_keys (owner, key, operation, input_hash, result_id)
    VALUES (${owner}, ${key}, ${operation}, ${inputHash}, ${resultId}::uuid)
    ON CONFLICT DO NOTHING`;
  return taken === 1 ? { kind: 'new' } : ((await findKey(tx, call)) ?? { kind: 'reused' });
}

/** What became of the key so far; undefined when nobody used it. */
export async function findKey(
  tx: Pick<Prisma.TransactionClient, 'idempotencyKey'>,
  call: KeyedCall,
): Promise<KeyClaim | undefined> {
  const { owner, key, operation } = call;
  const row = await tx.idempotencyKey.findUnique({ where: { owner_key: { owner, key } } });
  if (row === null) return undefined;
  const isSame = row.operation === operation && row.inputHash === hashOf(call);
  return isSame ? { kind: 'repeated', resultId: row.resultId } : { kind: 'reused' };
}

function hashOf({ operation, input }: KeyedCall): string {
  return createHash('sha256')
    .update(JSON.stringify([operation, input]))
    .digest('hex');
}
