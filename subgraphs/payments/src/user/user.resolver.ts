import { requireSelfOrScope } from '@plaza/kit/auth/viewer';
import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { PaymentsContext } from '../context.ts';
import type { PaymentRow } from '../payment/payment.service.ts';
import { PaymentConnection } from '../payment/payment.type.ts';
import { User } from './user.type.ts';

@Resolver(() => User)
export class UserResolver {
  @FieldResolver(() => PaymentConnection, {
    nullable: true,
    description: 'What they paid, newest first. For the person and for scope payment:read.',
  })
  async payments(
    @Root() { id }: User,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: PaymentsContext,
  ): Promise<Connection<PaymentRow>> {
    requireSelfOrScope(ctx, id, 'payment:read');
    return ctx.loaders.paymentsOfPayer.load({ key: id, args });
  }
}
