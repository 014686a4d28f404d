import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { DateTime } from '@plaza/kit/scalars';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({
  description: 'Who did what; written together with the change and never altered.',
  simpleResolvers: true,
})
export class AuditEntry {
  @Field(() => ID, { description: 'Id of the entry.' })
  id!: string;

  @Field(() => String, { description: 'What was done, such as role.granted.' })
  action!: string;

  @Field(() => String, { description: 'Type of what it was done to.' })
  entityType!: string;

  @Field(() => ID, { description: 'Id of what it was done to.' })
  entityId!: string;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'The changed fields as they were; never a secret.',
  })
  before!: object | null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'The changed fields as they became; never a secret.',
  })
  after!: object | null;

  @Field(() => String, { description: 'Id of the request that did it, as in the logs.' })
  requestId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Address of the client, where a gateway in front reports it.',
  })
  clientAddress!: string | null;

  @Field(() => DateTime, { description: 'When it was done.' })
  createdAt!: Date;
}

export const AuditEntryConnection = createConnectionType('AuditEntry', () => AuditEntry);
