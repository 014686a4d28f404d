import { ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { ArgsType, Field, ID } from 'type-graphql';

@ArgsType()
export class AuditEntriesArgs extends ConnectionArgs {
  @Field(() => ID, { nullable: true, description: 'Only what this user did.' })
  actorId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only what was done to this entity.' })
  entityId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only this action, such as role.granted.' })
  action?: string | null;
}
