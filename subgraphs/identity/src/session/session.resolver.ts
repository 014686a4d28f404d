import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { LogInInput, RegisterInput } from './session.input.ts';
import { LogInResult, RegisterResult } from './session.type.ts';

@Resolver()
export class SessionResolver {
  @Mutation(() => RegisterResult, { description: 'Makes a customer account and logs it in.' })
  register(
    @Arg('input', () => RegisterInput, { description: 'The new account.' }) input: RegisterInput,
    @Ctx() { sessions }: IdentityContext,
  ): Promise<RegisterResult> {
    return sessions.register(input);
  }

  @Mutation(() => LogInResult, {
    description: 'Exchanges e-mail address and password for a token.',
  })
  logIn(
    @Arg('input', () => LogInInput, { description: 'Who somebody is.' }) input: LogInInput,
    @Ctx() { sessions }: IdentityContext,
  ): Promise<LogInResult> {
    return sessions.logIn(input);
  }
}
