import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** Payments knows of a user only the id; identity owns the rest. */
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person with an account.', simpleResolvers: true })
export class User {
  @Field(() => ID, { description: 'Id of the user.' })
  id!: string;
}
