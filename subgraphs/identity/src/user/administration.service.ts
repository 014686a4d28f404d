import { type AuditRecord, recordAudit } from '../audit/record-audit.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { RequestOrigin } from '../request-origin.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { Role } from './role.ts';
import type { UserRow } from './user.service.ts';

/** One change of rights at a time, so that two cannot each leave the other as the last. */
const rightsLock = 1_002;

export interface AdministrationDependencies {
  readonly prisma: PrismaClient;
  readonly store: SessionStore;
  readonly now: () => number;
}

type Transaction = Prisma.TransactionClient;
type Changed = UserRow & { readonly __typename: 'User' };

const userNotFound = { __typename: 'UserNotFound', message: 'There is no such user' } as const;
const lastAdministrator = {
  __typename: 'LastAdministrator',
  message: 'This is the last administrator: make another one first',
} as const;

/** What administrators do to the accounts of others. Who may ask is up to the resolvers. */
export class AdministrationService {
  readonly #use: AdministrationDependencies;

  constructor(dependencies: AdministrationDependencies) {
    this.#use = dependencies;
  }

  grantRole(userId: string, role: Role, origin: RequestOrigin) {
    return this.#change(userId, async (transaction, user) => {
      if (userId === origin.actorId) return ownAccount('Nobody gives themselves a role');
      if (user.roles.includes(role)) return toResult(user);
      return this.#setRoles(transaction, origin, {
        user,
        roles: [...user.roles, role],
        action: 'role.granted',
      });
    });
  }

  /** A user whose last role is taken becomes a customer: nobody is without a role. */
  revokeRole(userId: string, role: Role, origin: RequestOrigin) {
    return this.#change(userId, async (transaction, user) => {
      const rest = user.roles.filter((held) => held !== role);
      if (rest.length === user.roles.length) return toResult(user);
      if (role === 'ADMINISTRATOR' && (await isLastAdministrator(transaction, user))) {
        return lastAdministrator;
      }
      const roles: Role[] = rest.length === 0 ? ['CUSTOMER'] : rest;
      return this.#setRoles(transaction, origin, { user, roles, action: 'role.revoked' });
    });
  }

  /** Ends all sessions too; access tokens run out by themselves. */
  suspend(userId: string, origin: RequestOrigin) {
    return this.#change(userId, async (transaction, user) => {
      if (userId === origin.actorId) return ownAccount('Nobody suspends themselves');
      if (user.suspendedAt !== null) return toResult(user);
      if (await isLastAdministrator(transaction, user)) return lastAdministrator;
      const suspendedAt = new Date(this.#use.now());
      await this.#use.store.end({ userId }, origin, transaction);
      return this.#setSuspension(transaction, origin, {
        user,
        suspendedAt,
        action: 'user.suspended',
      });
    });
  }

  reinstate(userId: string, origin: RequestOrigin) {
    return this.#change(userId, async (transaction, user) => {
      if (user.suspendedAt === null) return toResult(user);
      return this.#setSuspension(transaction, origin, {
        user,
        suspendedAt: null,
        action: 'user.reinstated',
      });
    });
  }

  #change<Result>(
    userId: string,
    change: (transaction: Transaction, user: UserRow) => Promise<Result>,
  ): Promise<Result | typeof userNotFound> {
    return this.#use.prisma.$transaction(async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${rightsLock})`;
      const user = await transaction.user.findUnique({ where: { id: userId } });
      return user === null ? userNotFound : change(transaction, user);
    });
  }

  async #setRoles(
    transaction: Transaction,
    origin: RequestOrigin,
    { user, roles, action }: { user: UserRow; roles: Role[]; action: AuditRecord['action'] },
  ): Promise<Changed> {
    const change = { entityId: user.id, before: { roles: user.roles }, after: { roles } };
    await this.#record(transaction, origin, { action, entityType: 'User', ...change });
    return toResult(await transaction.user.update({ where: { id: user.id }, data: { roles } }));
  }

  async #setSuspension(
    transaction: Transaction,
    origin: RequestOrigin,
    change: { user: UserRow; suspendedAt: Date | null; action: AuditRecord['action'] },
  ): Promise<Changed> {
    const { user, suspendedAt, action } = change;
    const before = { suspendedAt: user.suspendedAt?.toISOString() ?? null };
    const after = { suspendedAt: suspendedAt?.toISOString() ?? null };
    const record = { action, entityType: 'User', entityId: user.id, before, after } as const;
    await this.#record(transaction, origin, record);
    const where = { id: user.id };
    return toResult(await transaction.user.update({ where, data: { suspendedAt } }));
  }

  #record(transaction: Transaction, origin: RequestOrigin, record: AuditRecord): Promise<void> {
    return recordAudit(transaction, origin, record, new Date(this.#use.now()));
  }
}

function toResult(user: UserRow): Changed {
  return { __typename: 'User', ...user };
}

function ownAccount(message: string) {
  return { __typename: 'OwnAccountRefused', message } as const;
}

/** Whether nobody else who may log in is an administrator. */
async function isLastAdministrator(transaction: Transaction, user: UserRow): Promise<boolean> {
  if (!user.roles.includes('ADMINISTRATOR') || user.suspendedAt !== null) return false;
  const where = { roles: { has: 'ADMINISTRATOR' }, suspendedAt: null } as const;
  return (await transaction.user.count({ where: { ...where, NOT: { id: user.id } } })) === 0;
}
