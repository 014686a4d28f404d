import { ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { ArgsType, Field } from 'type-graphql';
import { PaymentStatus } from '../generated/prisma/enums.ts';

@ArgsType()
export class PaymentsArgs extends ConnectionArgs {
  @Field(() => PaymentStatus, { nullable: true, description: 'Only payments in this state.' })
  status?: PaymentStatus | null;
}
