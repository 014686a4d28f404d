import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({
  description: 'A public key that ticket codes are verified with, without asking anybody.',
  simpleResolvers: true,
})
export class TicketPublicKey {
  @Field(() => Int, { description: 'Its number within the codes, 0 to 255.' })
  keyId!: number;

  @Field(() => String, { description: 'Raw Ed25519 public key, 32 bytes as base64url.' })
  publicKey!: string;
}
