import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** Payments knows of an order only the id; ticketing owns the rest. */
@Directive('@key(fields: "id")')
@ObjectType({
  description: 'A purchase of tickets. Its buyer and the scope order:read can see it.',
  simpleResolvers: true,
})
export class Order {
  @Field(() => ID, { description: 'Id of the order.' })
  id!: string;
}
