import { ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { ArgsType, Field } from 'type-graphql';
import { Role } from './role.ts';

@ArgsType()
export class UsersArgs extends ConnectionArgs {
  @Field(() => Role, { nullable: true, description: 'Only users who hold this role.' })
  role?: Role | null;
}
