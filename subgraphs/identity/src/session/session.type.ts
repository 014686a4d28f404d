import { DateTime } from '@plaza/kit/scalars';
import { createUnionType, Field, ObjectType } from 'type-graphql';
import { User } from '../user/user.type.ts';

@ObjectType({
  description: 'The account was made and its owner is logged in.',
  simpleResolvers: true,
})
export class RegisterSuccess {
  readonly __typename!: 'RegisterSuccess';

  @Field(() => User, { description: 'The new user, with its private fields.' })
  user!: User;

  @Field(() => String, { description: 'Send it as "authorization: Bearer <accessToken>".' })
  accessToken!: string;

  @Field(() => DateTime, { description: 'When the access token ends; log in again then.' })
  expiresAt!: Date;
}

@ObjectType({ description: 'The e-mail address already has an account.', simpleResolvers: true })
export class EmailTaken {
  readonly __typename!: 'EmailTaken';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

@ObjectType({ description: 'The person is logged in.', simpleResolvers: true })
export class LogInSuccess {
  readonly __typename!: 'LogInSuccess';

  @Field(() => User, { description: 'The person, with private fields.' })
  user!: User;

  @Field(() => String, { description: 'Send it as "authorization: Bearer <accessToken>".' })
  accessToken!: string;

  @Field(() => DateTime, { description: 'When the access token ends; log in again then.' })
  expiresAt!: Date;
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

export const RegisterResult = createUnionType({
  name: 'RegisterResult',
  description: 'What became of a registration.',
  types: () => [RegisterSuccess, EmailTaken] as const,
});
export type RegisterResult = typeof RegisterResult;

export const LogInResult = createUnionType({
  name: 'LogInResult',
  description: 'What became of a log-in.',
  types: () => [LogInSuccess, InvalidCredentials] as const,
});
export type LogInResult = typeof LogInResult;
