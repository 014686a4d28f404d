import type { Connection } from '@plaza/kit/pagination/connection.type';
import { newestFirst } from '@plaza/kit/pagination/keyset';
import { paginate } from '@plaza/kit/pagination/paginate';
import { createUuidV7 } from '@plaza/kit/uuid';
import { recordAudit } from '../audit/record-audit.ts';
import { isUniqueViolation } from '../database-error.ts';
import type { Prisma, PrismaClient, User as UserRow } from '../generated/prisma/client.ts';
import type { RequestOrigin } from '../request-origin.ts';
import type { UsersArgs } from './user.input.ts';

export type { UserRow };

export interface NewUser {
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
}

/** Accounts: finding and creating them. Who may see what is up to the resolvers. */
export class UserService {
  readonly #prisma: PrismaClient;
  readonly #now: () => number;

  constructor(prisma: PrismaClient, now: () => number) {
    this.#prisma = prisma;
    this.#now = now;
  }

  /** Newest first. Throws BAD_USER_INPUT for bad page arguments. */
  findPage({ role, search, isSuspended, ...args }: UsersArgs): Promise<Connection<UserRow>> {
    const filter: Prisma.UserWhereInput = {
      ...(role != null && { roles: { has: role } }),
      ...(isSuspended != null && { suspendedAt: isSuspended ? { not: null } : null }),
      ...(search != null && toSearch(search)),
    };
    return paginate<UserRow, Prisma.UserWhereInput, Prisma.UserOrderByWithRelationInput>({
      args,
      order: newestFirst,
      load: ({ where, ...query }) =>
        this.#prisma.user.findMany({ where: { AND: [filter, where] }, ...query }),
      count: () => this.#prisma.user.count({ where: filter }),
    });
  }

  findByEmail(email: string): Promise<UserRow | null> {
    return this.#prisma.user.findUnique({ where: { email } });
  }

  /** Creates a customer and its first session together; undefined when the address has an account. */
  async createCustomer<Opened>(
    user: NewUser,
    origin: RequestOrigin,
    open: (transaction: Prisma.TransactionClient, userId: string) => Promise<Opened>,
  ): Promise<{ readonly user: UserRow; readonly opened: Opened } | undefined> {
    const now = new Date(this.#now());
    try {
      return await this.#prisma.$transaction(async (transaction) => {
        const created = await transaction.user.create({
          data: { ...user, id: createUuidV7(), roles: ['CUSTOMER'], createdAt: now },
        });
        const { id, email, name, roles } = created;
        const after = { email, name, roles };
        const record = { action: 'user.registered', entityType: 'User', entityId: id } as const;
        await recordAudit(transaction, origin, { ...record, after, actorId: id }, now);
        return { user: created, opened: await open(transaction, id) };
      });
    } catch (error) {
      if (isUniqueViolation(error)) return undefined;
      throw error;
    }
  }
}

/** Prisma leaves LIKE's wildcards in what somebody searches for. */
function toSearch(search: string): Prisma.UserWhereInput {
  const contains = search.trim().replaceAll(/[\\%_]/g, '\\$&');
  const matches = { contains, mode: 'insensitive' } as const;
  return { OR: [{ name: matches }, { email: matches }] };
}
