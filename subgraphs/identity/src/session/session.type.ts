import { DateTime } from '@plaza/kit/scalars';
import { createUnionType, Field, ID, Int, ObjectType } from 'type-graphql';
import { User } from '../user/user.type.ts';

/** What every way of being logged in answers. */
@ObjectType({ simpleResolvers: true })
abstract class IssuedTokens {
  @Field(() => User, { description: 'The person, with private fields.' })
  user!: User;

  @Field(() => String, { description: 'Send it as "authorization: Bearer <accessToken>".' })
  accessToken!: string;

  @Field(() => DateTime, { description: 'When the access token ends; refresh the session then.' })
  expiresAt!: Date;

  @Field(() => String, {
    description: 'For refreshSession, once; keep it as safe as a password.',
  })
  refreshToken!: string;
}

@ObjectType({
  description: 'The account was made and its owner is logged in.',
  simpleResolvers: true,
})
export class RegisterSuccess extends IssuedTokens {
  readonly __typename!: 'RegisterSuccess';
}

@ObjectType({ description: 'The e-mail address already has an account.', simpleResolvers: true })
export class EmailTaken {
  readonly __typename!: 'EmailTaken';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

@ObjectType({ description: 'The person is logged in.', simpleResolvers: true })
export class LogInSuccess extends IssuedTokens {
  readonly __typename!: 'LogInSuccess';
}

@ObjectType({
  description: 'Nobody has this e-mail address and password; which of both is wrong stays secret.',
  simpleResolvers: true,
})
export class InvalidCredentials {
  readonly __typename!: 'InvalidCredentials';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

@ObjectType({
  description:
    'Attempts failed before: 1, 2, 4 ... seconds must pass between them, 15 minutes at most. This one was not judged.',
  simpleResolvers: true,
})
export class TooManyAttempts {
  readonly __typename!: 'TooManyAttempts';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;

  @Field(() => Int, { description: 'Seconds until the next attempt is judged.' })
  retryAfterS!: number;
}

@ObjectType({
  description: 'The password is right, but an administrator suspended the account.',
  simpleResolvers: true,
})
export class AccountSuspended {
  readonly __typename!: 'AccountSuspended';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

@ObjectType({
  description: 'The session goes on, with the roles and scopes that the person has now.',
  simpleResolvers: true,
})
export class RefreshSessionSuccess extends IssuedTokens {
  readonly __typename!: 'RefreshSessionSuccess';
}

@ObjectType({
  description:
    'The session was ended: by logging out, by a suspension, or because its refresh token was used twice.',
  simpleResolvers: true,
})
export class SessionRevoked {
  readonly __typename!: 'SessionRevoked';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

@ObjectType({
  description: 'The session is too old, was unused for too long, or never was.',
  simpleResolvers: true,
})
export class SessionExpired {
  readonly __typename!: 'SessionExpired';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

@ObjectType({ description: 'Sessions were ended.', simpleResolvers: true })
export class SessionsEnded {
  @Field(() => Int, { description: 'How many; 0 when they had ended before.' })
  endedTotal!: number;
}

@ObjectType({ description: 'One log-in that is still open.', simpleResolvers: true })
export class Session {
  @Field(() => ID, { description: 'Id of the session.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'What the client calls itself.' })
  clientName!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Address that the log-in came from, where a gateway in front reports it.',
  })
  clientAddress!: string | null;

  @Field(() => DateTime, { description: 'When the person logged in.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it was refreshed last.' })
  lastUsedAt!: Date;

  @Field(() => DateTime, { description: 'When it ends, however much it is used.' })
  expiresAt!: Date;

  @Field(() => Boolean, { description: 'Whether this request belongs to it.' })
  isCurrent!: boolean;
}

export const RegisterResult = createUnionType({
  name: 'RegisterResult',
  description: 'What became of a registration.',
  types: () => [RegisterSuccess, EmailTaken] as const,
});
export type RegisterResult = typeof RegisterResult;

export const LogInResult = createUnionType({
  name: 'LogInResult',
  description: 'What became of a log-in.',
  types: () => [LogInSuccess, InvalidCredentials, TooManyAttempts, AccountSuspended] as const,
});
export type LogInResult = typeof LogInResult;

export const RefreshSessionResult = createUnionType({
  name: 'RefreshSessionResult',
  description: 'What became of refreshing a session.',
  types: () => [RefreshSessionSuccess, SessionRevoked, SessionExpired] as const,
});
export type RefreshSessionResult = typeof RefreshSessionResult;
