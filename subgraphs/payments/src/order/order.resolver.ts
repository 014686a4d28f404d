import { requireViewer } from '@plaza/kit/auth/viewer';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { PaymentsContext } from '../context.ts';
import { type PaymentRow, readablePayment } from '../payment/payment.service.ts';
import { Payment } from '../payment/payment.type.ts';
import { Order } from './order.type.ts';

@Resolver(() => Order)
export class OrderResolver {
  @FieldResolver(() => Payment, {
    nullable: true,
    description:
      'The payment that counts: the captured or refunded one, else the newest. For its payer and for scope payment:read.',
  })
  async payment(@Root() { id }: Order, @Ctx() ctx: PaymentsContext): Promise<PaymentRow | null> {
    requireViewer(ctx);
    return readablePayment(await ctx.loaders.paymentOfOrder.load(id), ctx);
  }
}
