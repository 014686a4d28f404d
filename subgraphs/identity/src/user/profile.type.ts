import { createUnionType, Field, Int, ObjectType } from 'type-graphql';
import { TooManyAttempts } from '../session/session.type.ts';

@ObjectType({
  description: 'The password was changed and all other sessions were ended.',
  simpleResolvers: true,
})
export class PasswordChanged {
  readonly __typename!: 'PasswordChanged';

  @Field(() => Int, { description: 'How many other sessions were ended.' })
  endedTotal!: number;
}

@ObjectType({ description: 'The old password is wrong.', simpleResolvers: true })
export class WrongPassword {
  readonly __typename!: 'WrongPassword';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

export const ChangePasswordResult = createUnionType({
  name: 'ChangePasswordResult',
  description: 'What became of changing a password.',
  types: () => [PasswordChanged, WrongPassword, TooManyAttempts] as const,
});
export type ChangePasswordResult = typeof ChangePasswordResult;
