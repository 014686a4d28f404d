import { requireViewer } from '@plaza/kit/auth/viewer';
import { AppError } from '@plaza/schema/errors';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { LogInInput, RegisterInput } from './session.input.ts';
import {
  LogInResult,
  RefreshSessionResult,
  RegisterResult,
  Session,
  SessionsEnded,
} from './session.type.ts';

@Resolver()
export class SessionResolver {
  @Mutation(() => RegisterResult, { description: 'Makes a customer account and logs it in.' })
  register(
    @Arg('input', () => RegisterInput, { description: 'The new account.' }) input: RegisterInput,
    @Ctx() { sessions, allowance, origin }: IdentityContext,
  ): Promise<RegisterResult> {
    allowance.takeAttempt();
    return sessions.register(input, origin);
  }

  @Mutation(() => LogInResult, {
    description: 'Exchanges e-mail address and password for tokens.',
  })
  logIn(
    @Arg('input', () => LogInInput, { description: 'Who somebody is.' }) input: LogInInput,
    @Ctx() { sessions, allowance, origin }: IdentityContext,
  ): Promise<LogInResult> {
    allowance.takeAttempt();
    return sessions.logIn(input, origin);
  }

  @Mutation(() => RefreshSessionResult, {
    description:
      'Exchanges a refresh token for a new access token and the next refresh token. A token is good once: one that comes again ends the session, except within 10 seconds when its answer was lost.',
  })
  refreshSession(
    @Arg('refreshToken', () => String, { description: 'The last one of the session.' })
    refreshToken: string,
    @Ctx() { sessions, allowance, origin }: IdentityContext,
  ): Promise<RefreshSessionResult> {
    allowance.takeAttempt();
    return sessions.refresh(refreshToken, origin);
  }

  @Mutation(() => SessionsEnded, {
    description:
      'Ends this session: the one of the request, or that of the refresh token where the access token has ended. Access tokens run out by themselves, at most 15 minutes later.',
  })
  async logOut(
    @Arg('refreshToken', () => String, {
      nullable: true,
      description: 'A refresh token of the session to end, instead of an access token.',
    })
    refreshToken: string | null,
    @Ctx() ctx: IdentityContext,
  ): Promise<SessionsEnded> {
    const { origin, sessionStore } = ctx;
    if (refreshToken != null) {
      const session = await sessionStore.findByToken(refreshToken);
      if (session === undefined) return { endedTotal: 0 };
      return {
        endedTotal: await sessionStore.end({ userId: session.userId, id: session.id }, origin),
      };
    }
    const { userId, sessionId } = requireViewer(ctx);
    if (sessionId === undefined) {
      throw new AppError('BAD_USER_INPUT', 'The access token names no session: send refreshToken', {
        details: { field: 'refreshToken' },
      });
    }
    return { endedTotal: await sessionStore.end({ userId, id: sessionId }, origin) };
  }

  @Mutation(() => SessionsEnded, {
    description:
      'Ends all sessions of the person who asks. Access tokens run out by themselves, at most 15 minutes later.',
  })
  async logOutEverywhere(@Ctx() ctx: IdentityContext): Promise<SessionsEnded> {
    const { userId } = requireViewer(ctx);
    return { endedTotal: await ctx.sessionStore.end({ userId }, ctx.origin) };
  }

  @Query(() => [Session], {
    nullable: true,
    description: 'Open sessions of the person who asks, the last used first; at most 100.',
  })
  async sessions(@Ctx() ctx: IdentityContext): Promise<Session[]> {
    const { userId, sessionId } = requireViewer(ctx);
    const open = await ctx.sessionStore.listOpen(userId);
    return open.map((session) => ({ ...session, isCurrent: session.id === sessionId }));
  }
}
