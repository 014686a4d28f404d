import { DateTime } from '@plaza/kit/scalars';
import { createUnionType, Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'There is a new signing key.', simpleResolvers: true })
export class SigningKeyRotated {
  readonly __typename!: 'SigningKeyRotated';

  @Field(() => ID, { description: 'Its id, the kid of its tokens.' })
  keyId!: string;

  @Field(() => DateTime, { description: 'When it begins to sign; it is published already.' })
  activatesAt!: Date;
}

@ObjectType({
  description: 'A new key is published already and waits to sign.',
  simpleResolvers: true,
})
export class RotationUnderWay {
  readonly __typename!: 'RotationUnderWay';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;

  @Field(() => DateTime, { description: 'When that key begins to sign.' })
  activatesAt!: Date;
}

export const RotateSigningKeyResult = createUnionType({
  name: 'RotateSigningKeyResult',
  description: 'What became of rotating the signing key.',
  types: () => [SigningKeyRotated, RotationUnderWay] as const,
});
export type RotateSigningKeyResult = typeof RotateSigningKeyResult;
