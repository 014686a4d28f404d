import { requireUuid } from '@plaza/kit/uuid';
import { Arg, Ctx, Directive, ID, Mutation, Resolver } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import {
  GrantRoleResult,
  ReinstateUserResult,
  RevokeRoleResult,
  SuspendUserResult,
} from './administration.type.ts';
import { Role } from './role.ts';
import { requireCurrentScope } from './standing.ts';

@Resolver()
export class AdministrationResolver {
  @Directive('@tag(name: "internal")')
  @Mutation(() => GrantRoleResult, {
    description:
      'Gives a user a role. Tokens issued from now on carry its scopes; those issued before run out in 15 minutes. Nobody gives a role to themselves. Needs scope role:write.',
  })
  async grantRole(
    @Arg('userId', () => ID, { description: 'Whom to give it.' }) userId: string,
    @Arg('role', () => Role, { description: 'The role.' }) role: Role,
    @Ctx() ctx: IdentityContext,
  ): Promise<GrantRoleResult> {
    await requireCurrentScope(ctx, 'role:write');
    return ctx.administration.grantRole(requireUuid(userId, 'userId'), role, ctx.origin);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => RevokeRoleResult, {
    description:
      'Takes a role from a user, who becomes a customer if it was the only one. Tokens issued before keep its scopes until they run out, 15 minutes at most. Needs scope role:write.',
  })
  async revokeRole(
    @Arg('userId', () => ID, { description: 'Whom to take it from.' }) userId: string,
    @Arg('role', () => Role, { description: 'The role.' }) role: Role,
    @Ctx() ctx: IdentityContext,
  ): Promise<RevokeRoleResult> {
    await requireCurrentScope(ctx, 'role:write');
    return ctx.administration.revokeRole(requireUuid(userId, 'userId'), role, ctx.origin);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => SuspendUserResult, {
    description:
      'Ends all sessions of a user, who cannot log in until reinstated. Access tokens run out by themselves, at most 15 minutes later. Needs scope user:write.',
  })
  async suspendUser(
    @Arg('userId', () => ID, { description: 'Whom to suspend.' }) userId: string,
    @Ctx() ctx: IdentityContext,
  ): Promise<SuspendUserResult> {
    await requireCurrentScope(ctx, 'user:write');
    return ctx.administration.suspend(requireUuid(userId, 'userId'), ctx.origin);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => ReinstateUserResult, {
    description: 'Lets a suspended user log in again. Needs scope user:write.',
  })
  async reinstateUser(
    @Arg('userId', () => ID, { description: 'Whom to reinstate.' }) userId: string,
    @Ctx() ctx: IdentityContext,
  ): Promise<ReinstateUserResult> {
    await requireCurrentScope(ctx, 'user:write');
    return ctx.administration.reinstate(requireUuid(userId, 'userId'), ctx.origin);
  }
}
