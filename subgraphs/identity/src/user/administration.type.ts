import { createUnionType, Field, ObjectType } from 'type-graphql';
import { User } from './user.type.ts';

@ObjectType({ description: 'There is no user with this id.', simpleResolvers: true })
export class UserNotFound {
  readonly __typename!: 'UserNotFound';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

@ObjectType({
  description: 'Nobody gives themselves a role, and nobody suspends themselves.',
  simpleResolvers: true,
})
export class OwnAccountRefused {
  readonly __typename!: 'OwnAccountRefused';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

@ObjectType({
  description: 'It would leave the platform without an administrator who can log in.',
  simpleResolvers: true,
})
export class LastAdministrator {
  readonly __typename!: 'LastAdministrator';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

export const GrantRoleResult = createUnionType({
  name: 'GrantRoleResult',
  description: 'What became of granting a role.',
  types: () => [User, UserNotFound, OwnAccountRefused] as const,
});
export type GrantRoleResult = typeof GrantRoleResult;

export const RevokeRoleResult = createUnionType({
  name: 'RevokeRoleResult',
  description: 'What became of revoking a role.',
  types: () => [User, UserNotFound, LastAdministrator] as const,
});
export type RevokeRoleResult = typeof RevokeRoleResult;

export const SuspendUserResult = createUnionType({
  name: 'SuspendUserResult',
  description: 'What became of suspending a user.',
  types: () => [User, UserNotFound, OwnAccountRefused, LastAdministrator] as const,
});
export type SuspendUserResult = typeof SuspendUserResult;

export const ReinstateUserResult = createUnionType({
  name: 'ReinstateUserResult',
  description: 'What became of reinstating a user.',
  types: () => [User, UserNotFound] as const,
});
export type ReinstateUserResult = typeof ReinstateUserResult;
