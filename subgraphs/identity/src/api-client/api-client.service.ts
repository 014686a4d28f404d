import type { Connection } from '@plaza/kit/pagination/connection.type';
import { newestFirst } from '@plaza/kit/pagination/keyset';
import { paginate } from '@plaza/kit/pagination/paginate';
import { parseInput } from '@plaza/kit/parse-input';
import { createUuidV7 } from '@plaza/kit/uuid';
import { recordAudit } from '../audit/record-audit.ts';
import { isUniqueViolation } from '../database-error.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { RequestOrigin } from '../request-origin.ts';
import {
  type ApiClientsArgs,
  type CreateApiClientInput,
  createApiClientSchema,
  rotateApiClientKeySchema,
} from './api-client.input.ts';
import type {
  CreateApiClientResult,
  RevokeApiClientResult,
  RotateApiClientKeyResult,
} from './api-client.type.ts';
import { createApiKey } from './api-key.ts';

const withKeys = {
  keys: {
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    omit: { hash: true, clientId: true },
  },
} as const satisfies Prisma.ApiClientInclude;

export type ApiClientRow = Prisma.ApiClientGetPayload<{ include: typeof withKeys }>;

const notFound = { __typename: 'ApiClientNotFound', message: 'There is no such client' } as const;

/** Partners' clients and their keys. Who may ask is up to the resolvers. */
export class ApiClientService {
  readonly #prisma: PrismaClient;
  readonly #now: () => number;

  constructor(prisma: PrismaClient, now: () => number) {
    this.#prisma = prisma;
    this.#now = now;
  }

  /** Newest first. Throws BAD_USER_INPUT for bad page arguments. */
  findPage({ isRevoked, ...args }: ApiClientsArgs): Promise<Connection<ApiClientRow>> {
    const filter: Prisma.ApiClientWhereInput =
      isRevoked == null ? {} : { revokedAt: isRevoked ? { not: null } : null };
    return paginate<
      ApiClientRow,
      Prisma.ApiClientWhereInput,
      Prisma.ApiClientOrderByWithRelationInput
    >({
      args,
      order: newestFirst,
      load: ({ where, ...query }) =>
        this.#prisma.apiClient.findMany({
          where: { AND: [filter, where] },
          include: withKeys,
          ...query,
        }),
      count: () => this.#prisma.apiClient.count({ where: filter }),
    });
  }

  /** Makes a client with its first key. Throws BAD_USER_INPUT that names the field. */
  async create(input: CreateApiClientInput, origin: RequestOrigin): Promise<CreateApiClientResult> {
    const { name, scopes, contract, rateLimitClass } = parseInput(createApiClientSchema, input);
    const key = createApiKey();
    const createdAt = new Date(this.#now());
    const keys = { create: { id: key.id, hash: key.hash, createdAt } };
    try {
      return await this.#prisma.$transaction(async (transaction) => {
        const client = await transaction.apiClient.create({
          data: { id: createUuidV7(), name, contract, scopes, rateLimitClass, createdAt, keys },
          include: withKeys,
        });
        const after = { name, contract, scopes, rateLimitClass, keyId: key.id };
        const record = { action: 'api_client.created', entityType: 'ApiClient' } as const;
        await recordAudit(
          transaction,
          origin,
          { ...record, entityId: client.id, after },
          createdAt,
        );
        return { __typename: 'ApiClientCreated', client: toResult(client), key: key.text };
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      return { __typename: 'ApiClientNameTaken', message: 'Another client has this name' };
    }
  }

  /** Makes a further key; those before stop after the overlap, at once for 0. Throws BAD_USER_INPUT. */
  async rotateKey(
    { id, ...input }: { readonly id: string; readonly overlapS: number },
    origin: RequestOrigin,
  ): Promise<RotateApiClientKeyResult> {
    const { overlapS } = parseInput(rotateApiClientKeySchema, input);
    const key = createApiKey();
    const now = new Date(this.#now());
    const expiresAt = new Date(now.getTime() + overlapS * 1_000);
    return this.#change(id, async (transaction, client) => {
      if (client.revokedAt !== null) {
        return { __typename: 'ApiClientRevoked', message: 'This client was revoked' } as const;
      }
      const later = { OR: [{ expiresAt: null }, { expiresAt: { gt: expiresAt } }] };
      const ofClient = { clientId: id };
      await transaction.apiClientKey.updateMany({
        where: { ...ofClient, ...later },
        data: { expiresAt },
      });
      await transaction.apiClientKey.deleteMany({
        where: { ...ofClient, expiresAt: { lte: now } },
      });
      await transaction.apiClientKey.create({
        data: { id: key.id, clientId: id, hash: key.hash, createdAt: now },
      });
      const before = { keyIds: client.keys.map((old) => old.id) };
      const after = { keyId: key.id, oldKeysEndAt: expiresAt.toISOString() };
      const record = { action: 'api_client.key_rotated', entityType: 'ApiClient' } as const;
      await recordAudit(transaction, origin, { ...record, entityId: id, before, after }, now);
      return {
        __typename: 'ApiClientKeyRotated',
        client: toResult(await load(transaction, id)),
        key: key.text,
        oldKeysEndAt: expiresAt,
      } as const;
    });
  }

  /** Deletes a client's keys for good; the client stays for the record. */
  async revoke(id: string, origin: RequestOrigin): Promise<RevokeApiClientResult> {
    return this.#change(id, async (transaction, client) => {
      if (client.revokedAt !== null) return toResult(client);
      const revokedAt = new Date(this.#now());
      await transaction.apiClientKey.deleteMany({ where: { clientId: id } });
      await transaction.apiClient.update({ where: { id }, data: { revokedAt } });
      const before = { keyIds: client.keys.map((key) => key.id) };
      const after = { revokedAt: revokedAt.toISOString() };
      const record = { action: 'api_client.revoked', entityType: 'ApiClient' } as const;
      await recordAudit(transaction, origin, { ...record, entityId: id, before, after }, revokedAt);
      return toResult(await load(transaction, id));
    });
  }

  #change<Result>(
    id: string,
    change: (transaction: Prisma.TransactionClient, client: ApiClientRow) => Promise<Result>,
  ): Promise<Result | typeof notFound> {
    return this.#prisma.$transaction(async (transaction) => {
      await transaction.$queryRaw`SELECT 1 FROM api_clients WHERE id = ${id}::uuid FOR UPDATE`;
      const where = { id };
      const client = await transaction.apiClient.findUnique({ where, include: withKeys });
      return client === null ? notFound : change(transaction, client);
    });
  }
}

function load(transaction: Prisma.TransactionClient, id: string): Promise<ApiClientRow> {
  return transaction.apiClient.findUniqueOrThrow({ where: { id }, include: withKeys });
}

function toResult(client: ApiClientRow) {
  return { __typename: 'ApiClient', ...client } as const;
}
