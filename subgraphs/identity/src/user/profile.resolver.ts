import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { ChangePasswordResult } from './profile.type.ts';
import { requireStanding } from './standing.ts';
import { ChangePasswordInput, UpdateProfileInput } from './user.input.ts';
import type { UserRow } from './user.service.ts';
import { User } from './user.type.ts';

@Resolver()
export class ProfileResolver {
  @Mutation(() => User, { description: 'Changes the profile of the person who asks.' })
  async updateProfile(
    @Arg('input', () => UpdateProfileInput, { description: 'What to change.' })
    input: UpdateProfileInput,
    @Ctx() ctx: IdentityContext,
  ): Promise<UserRow> {
    return ctx.profiles.update(await requireStanding(ctx), input, ctx.origin);
  }

  @Mutation(() => ChangePasswordResult, {
    description:
      'Changes the password of the person who asks and ends their other sessions. Needs the old password.',
  })
  async changePassword(
    @Arg('input', () => ChangePasswordInput, { description: 'Old and new password.' })
    input: ChangePasswordInput,
    @Ctx() ctx: IdentityContext,
  ): Promise<ChangePasswordResult> {
    const user = await requireStanding(ctx);
    ctx.allowance.takeAttempt();
    const { origin, viewer } = ctx;
    return ctx.profiles.changePassword(user, input, { origin, sessionId: viewer?.sessionId });
  }
}
