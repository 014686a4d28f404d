import type { Connection } from '@plaza/kit/pagination/connection.type';
import { newestFirst } from '@plaza/kit/pagination/keyset';
import { paginate } from '@plaza/kit/pagination/paginate';
import { createUuidV7 } from '@plaza/kit/uuid';
import { Prisma, type PrismaClient, type User as UserRow } from '../generated/prisma/client.ts';
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

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Newest first. Throws BAD_USER_INPUT for bad page arguments. */
  findPage({ role, ...args }: UsersArgs): Promise<Connection<UserRow>> {
    const filter: Prisma.UserWhereInput = role == null ? {} : { roles: { has: role } };
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

  /** Creates a customer; undefined when the address already has an account. */
  async createCustomer(user: NewUser): Promise<UserRow | undefined> {
    try {
      return await this.#prisma.user.create({
        data: { ...user, id: createUuidV7(), roles: ['CUSTOMER'] },
      });
    } catch (error) {
      if (isUniqueViolation(error)) return undefined;
      throw error;
    }
  }
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
