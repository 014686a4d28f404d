import { requireScope } from '@plaza/kit/auth/viewer';
import type { Connection } from '@plaza/kit/pagination/connection.type';
import { newestFirst } from '@plaza/kit/pagination/keyset';
import { paginate } from '@plaza/kit/pagination/paginate';
import { requireUuid } from '@plaza/kit/uuid';
import { Args, Ctx, Directive, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import type { AuditEntry as AuditEntryRow, Prisma } from '../generated/prisma/client.ts';
import type { UserRow } from '../user/user.service.ts';
import { User } from '../user/user.type.ts';
import { AuditEntriesArgs } from './audit.input.ts';
import { AuditEntry, AuditEntryConnection } from './audit-entry.type.ts';

@Resolver(() => AuditEntry)
export class AuditResolver {
  @Directive('@tag(name: "internal")')
  @Query(() => AuditEntryConnection, {
    nullable: true,
    description: 'Who did what in identity, newest first. Needs scope audit:read.',
  })
  auditEntries(
    @Args(() => AuditEntriesArgs) { actorId, entityId, action, ...args }: AuditEntriesArgs,
    @Ctx() ctx: IdentityContext,
  ): Promise<Connection<AuditEntryRow>> {
    requireScope(ctx, 'audit:read');
    const filter: Prisma.AuditEntryWhereInput = {
      ...(actorId != null && { actorId: requireUuid(actorId, 'actorId') }),
      ...(entityId != null && { entityId }),
      ...(action != null && { action }),
    };
    return paginate<
      AuditEntryRow,
      Prisma.AuditEntryWhereInput,
      Prisma.AuditEntryOrderByWithRelationInput
    >({
      args,
      order: newestFirst,
      load: ({ where, ...query }) =>
        ctx.prisma.auditEntry.findMany({ where: { AND: [filter, where] }, ...query }),
      count: () => ctx.prisma.auditEntry.count({ where: filter }),
    });
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'Who did it; null when nobody was logged in.',
  })
  async actor(
    @Root() { actorId }: AuditEntryRow,
    @Ctx() { loaders }: IdentityContext,
  ): Promise<UserRow | null> {
    return (actorId !== null && (await loaders.userById.load(actorId))) || null;
  }
}
