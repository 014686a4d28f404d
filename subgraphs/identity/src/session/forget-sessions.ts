import type { PrismaClient } from '../generated/prisma/client.ts';

/** Ended sessions are kept so long, so that a token of theirs is told from one that never was. */
const endedSessionMemoryMs = 30 * 24 * 60 * 60_000;
/** Sessions that one statement deletes; each may have thousands of tokens. */
const batchMax = 25;

/**
 * Deletes sessions with all their refresh tokens, used ones too, when they ended long ago and their 90
 * days are over: until then a token could be presented, and a used one betrays who holds it. Processes
 * share the work. Resolves to true when more may wait.
 */
export async function forgetSessions(prisma: PrismaClient, nowMs: number): Promise<boolean> {
  const now = new Date(nowMs);
  const memoryStart = new Date(nowMs - endedSessionMemoryMs);
  const deleted = await prisma.$executeRaw`
    DELETE FROM sessions WHERE id IN (
      SELECT id FROM sessions WHERE expires_at <= ${now}
        AND (expires_at < ${memoryStart} OR revoked_at < ${memoryStart})
      ORDER BY expires_at LIMIT ${batchMax} FOR UPDATE SKIP LOCKED)`;
  return deleted === batchMax;
}
