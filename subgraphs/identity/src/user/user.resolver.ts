import { isSelfOrHasScope, requireScope, requireSelfOrScope } from '@plaza/kit/auth/viewer';
import { parseInput } from '@plaza/kit/parse-input';
import { DateTime } from '@plaza/kit/scalars';
import { requireUuid } from '@plaza/kit/uuid';
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { Locale } from './locale.ts';
import { Role } from './role.ts';
import { UsersArgs, usersSchema } from './user.input.ts';
import type { UserRow } from './user.service.ts';
import { User, UserConnection } from './user.type.ts';

/** A user as a resolver meets it: a row, or the person who proved to be it in this very operation. */
export type UserSource = UserRow & { readonly isProvenViewer?: boolean };

@Resolver(() => User)
export class UserResolver {
  @Query(() => User, {
    nullable: true,
    description: 'The person whose token came with the request; null for an anonymous one.',
  })
  async me(@Ctx() { viewer, loaders }: IdentityContext): Promise<UserRow | null> {
    return (viewer && (await loaders.userById.load(viewer.userId))) ?? null;
  }

  @Query(() => User, {
    nullable: true,
    description: 'One user: oneself, or anybody with scope user:read. Null if there is none.',
  })
  async user(
    @Arg('id', () => ID, { description: 'Id of the user.' }) id: string,
    @Ctx() ctx: IdentityContext,
  ): Promise<UserRow | null> {
    const userId = requireUuid(id, 'id');
    requireSelfOrScope(ctx, userId, 'user:read');
    return (await ctx.loaders.userById.load(userId)) ?? null;
  }

  @Directive('@tag(name: "internal")')
  @Query(() => UserConnection, {
    nullable: true,
    description: 'All users, newest first. Needs scope user:read.',
  })
  users(@Args(() => UsersArgs) args: UsersArgs, @Ctx() ctx: IdentityContext) {
    requireScope(ctx, 'user:read');
    parseInput(usersSchema, args);
    return ctx.users.findPage(args);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'E-mail address, for the user and for scope user:read; null for others.',
  })
  email(@Root() user: UserSource, @Ctx() ctx: IdentityContext): string | null {
    return canSeePrivateFields(user, ctx) ? user.email : null;
  }

  @FieldResolver(() => [Role], {
    nullable: true,
    description: 'What the user is, for the user and for scope user:read; null for others.',
  })
  roles(@Root() user: UserSource, @Ctx() ctx: IdentityContext): readonly Role[] | null {
    return canSeePrivateFields(user, ctx) ? user.roles : null;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When the account was made, for the user and for scope user:read; null for others.',
  })
  createdAt(@Root() user: UserSource, @Ctx() ctx: IdentityContext): Date | null {
    return canSeePrivateFields(user, ctx) ? user.createdAt : null;
  }

  @FieldResolver(() => Locale, {
    nullable: true,
    description: 'Language of messages, for the user and for scope user:read; null for others.',
  })
  locale(@Root() user: UserSource, @Ctx() ctx: IdentityContext): Locale | null {
    return canSeePrivateFields(user, ctx) ? user.locale : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Telephone in E.164, for the user and for scope user:read; null for others.',
  })
  phone(@Root() user: UserSource, @Ctx() ctx: IdentityContext): string | null {
    return canSeePrivateFields(user, ctx) ? user.phone : null;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'Since when the user may not log in, for the user and for scope user:read; null for others.',
  })
  suspendedAt(@Root() user: UserSource, @Ctx() ctx: IdentityContext): Date | null {
    return canSeePrivateFields(user, ctx) ? user.suspendedAt : null;
  }
}

function canSeePrivateFields(user: UserSource, ctx: IdentityContext): boolean {
  return user.isProvenViewer === true || isSelfOrHasScope(ctx, user.id, 'user:read');
}
