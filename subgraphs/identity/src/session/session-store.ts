import { createUuidV7 } from '@plaza/kit/uuid';
import { recordAudit } from '../audit/record-audit.ts';
import type {
  Prisma,
  PrismaClient,
  RefreshToken as RefreshTokenRow,
  Session as SessionRow,
} from '../generated/prisma/client.ts';
import type { RequestOrigin } from '../request-origin.ts';
import type { UserRow } from '../user/user.service.ts';
import { createRefreshToken, parseRefreshToken, type RefreshToken } from './refresh-token.ts';

const dayMs = 24 * 60 * 60_000;
/** A session ends then, however much it is used. */
const sessionLifetimeMs = 90 * dayMs;
/** A session ends when it was not refreshed for so long. */
const sessionIdleMs = 14 * dayMs;
/**
 * A used token may be presented again for so long, if what it was exchanged for was never used: its
 * answer was lost on the way. The lost token dies, so of a thief and the owner one is still found out.
 */
const lostAnswerGraceMs = 10_000;
/** Open sessions of one user; a further log-in ends the one that was unused the longest. */
const sessionsPerUserMax = 100;

export interface OpenedSession {
  readonly sessionId: string;
  readonly refreshToken: string;
}

export type Rotation =
  | (OpenedSession & { readonly outcome: 'rotated'; readonly user: UserRow })
  | { readonly outcome: 'revoked' }
  | { readonly outcome: 'expired' };

/** Log-ins and the refresh tokens that keep them alive. */
export class SessionStore {
  readonly #prisma: PrismaClient;
  readonly #now: () => number;

  constructor(prisma: PrismaClient, now: () => number) {
    this.#prisma = prisma;
    this.#now = now;
  }

  /** Opens a session within the caller's transaction. */
  async open(
    transaction: Prisma.TransactionClient,
    userId: string,
    origin: RequestOrigin,
  ): Promise<OpenedSession> {
    const now = new Date(this.#now());
    const session = await transaction.session.create({
      data: {
        id: createUuidV7(),
        userId,
        clientName: origin.clientName ?? null,
        clientAddress: origin.clientAddress ?? null,
        createdAt: now,
        lastUsedAt: now,
        expiresAt: new Date(now.getTime() + sessionLifetimeMs),
      },
    });
    const token = await this.#issue(transaction, session.id);
    await this.#keepWithinBounds(transaction, userId, origin);
    await recordAudit(
      transaction,
      origin,
      { action: 'session.opened', entityType: 'Session', entityId: session.id, actorId: userId },
      now,
    );
    return { sessionId: session.id, refreshToken: token.text };
  }

  /**
   * Exchanges a refresh token for the next one. One that was exchanged before ends the whole session:
   * two people hold it, and which of them is the thief cannot be told (RFC 9700 section 4.14.2).
   */
  async rotate(text: string, origin: RequestOrigin): Promise<Rotation> {
    const token = parseRefreshToken(text);
    if (token === undefined) return { outcome: 'expired' };
    return this.#prisma.$transaction(async (transaction) => {
      const found = await this.#lock(transaction, token);
      if (found === undefined) return { outcome: 'expired' };
      const { row, session, user } = found;
      if (session.revokedAt !== null || user.suspendedAt !== null) return { outcome: 'revoked' };
      if (!this.#isAlive(session)) return { outcome: 'expired' };
      if (!(await this.#canExchange(transaction, row))) {
        await this.#revoke(transaction, [session], origin, 'session.reuse_detected');
        return { outcome: 'revoked' };
      }
      const now = new Date(this.#now());
      const next = await this.#issue(transaction, session.id);
      await transaction.refreshToken.update({
        where: { hash: row.hash },
        data: { usedAt: row.usedAt ?? now, successorHash: next.hash },
      });
      await transaction.session.update({ where: { id: session.id }, data: { lastUsedAt: now } });
      return { outcome: 'rotated', user, sessionId: session.id, refreshToken: next.text };
    });
  }

  /** The session whose refresh token this is, used or not. */
  async findByToken(text: string): Promise<SessionRow | undefined> {
    const token = parseRefreshToken(text);
    if (token === undefined) return undefined;
    const row = await this.#prisma.refreshToken.findUnique({
      where: { hash: token.hash },
      include: { session: true },
    });
    return row?.session;
  }

  /** Open sessions of a user, the last used first. */
  async listOpen(userId: string): Promise<SessionRow[]> {
    const sessions = await this.#prisma.session.findMany({
      where: { userId, ...this.#openNow() },
      orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
      take: sessionsPerUserMax,
    });
    return sessions;
  }

  /** Whether tokens that came from this session still stand for somebody logged in. */
  async isOpen(sessionId: string): Promise<boolean> {
    const where = { id: sessionId, ...this.#openNow() };
    return (await this.#prisma.session.count({ where })) === 1;
  }

  /** Whether somebody logged in to this account from this address before, within 90 days. */
  async isKnownAddress(email: string, clientAddress: string): Promise<boolean> {
    const since = new Date(this.#now() - sessionLifetimeMs);
    const where = { user: { email }, clientAddress, createdAt: { gt: since } };
    return (await this.#prisma.session.count({ where, take: 1 })) > 0;
  }

  /** Ends open sessions of a user, in the caller's transaction if there is one; answers how many. */
  async end(
    which: {
      readonly userId: string;
      readonly id?: string;
      readonly exceptId?: string | undefined;
    },
    origin: RequestOrigin,
    transaction?: Prisma.TransactionClient,
  ): Promise<number> {
    if (transaction === undefined) {
      return this.#prisma.$transaction((own) => this.end(which, origin, own));
    }
    const open = await transaction.session.findMany({
      where: {
        userId: which.userId,
        ...this.#openNow(),
        ...(which.id !== undefined && { id: which.id }),
        ...(which.exceptId !== undefined && { NOT: { id: which.exceptId } }),
      },
    });
    await this.#revoke(transaction, open, origin, 'session.ended');
    return open.length;
  }

  #isAlive({ expiresAt, lastUsedAt }: SessionRow): boolean {
    const now = this.#now();
    return expiresAt.getTime() > now && lastUsedAt.getTime() + sessionIdleMs > now;
  }

  #openNow() {
    const now = this.#now();
    return {
      revokedAt: null,
      expiresAt: { gt: new Date(now) },
      lastUsedAt: { gt: new Date(now - sessionIdleMs) },
    };
  }

  async #lock(transaction: Prisma.TransactionClient, { sessionId, hash }: RefreshToken) {
    await transaction.$queryRaw`SELECT 1 FROM sessions WHERE id = ${sessionId}::uuid FOR UPDATE`;
    const row = await transaction.refreshToken.findUnique({
      where: { hash, sessionId },
      include: { session: { include: { user: true } } },
    });
    return row === null ? undefined : { row, session: row.session, user: row.session.user };
  }

  async #canExchange(
    transaction: Prisma.TransactionClient,
    { usedAt, voidedAt, successorHash }: RefreshTokenRow,
  ): Promise<boolean> {
    if (voidedAt !== null) return false;
    if (usedAt === null) return true;
    if (successorHash === null || this.#now() - usedAt.getTime() > lostAnswerGraceMs) return false;
    const { count } = await transaction.refreshToken.updateMany({
      where: { hash: successorHash, usedAt: null },
      data: { voidedAt: new Date(this.#now()) },
    });
    return count === 1;
  }

  async #issue(transaction: Prisma.TransactionClient, sessionId: string) {
    const token = createRefreshToken(sessionId);
    const createdAt = new Date(this.#now());
    await transaction.refreshToken.create({ data: { hash: token.hash, sessionId, createdAt } });
    return token;
  }

  async #revoke(
    transaction: Prisma.TransactionClient,
    sessions: readonly SessionRow[],
    origin: RequestOrigin,
    action: 'session.ended' | 'session.reuse_detected',
  ): Promise<void> {
    if (sessions.length === 0) return;
    const now = new Date(this.#now());
    const ids = sessions.map(({ id }) => id);
    await transaction.session.updateMany({
      where: { id: { in: ids }, revokedAt: null },
      data: { revokedAt: now },
    });
    for (const entityId of ids) {
      await recordAudit(transaction, origin, { action, entityType: 'Session', entityId }, now);
    }
  }

  async #keepWithinBounds(
    transaction: Prisma.TransactionClient,
    userId: string,
    origin: RequestOrigin,
  ): Promise<void> {
    const tooMany = await transaction.session.findMany({
      where: { userId, revokedAt: null },
      orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
      skip: sessionsPerUserMax,
    });
    await this.#revoke(transaction, tooMany, origin, 'session.ended');
  }
}
