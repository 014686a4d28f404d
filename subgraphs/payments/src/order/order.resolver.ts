import { requireViewer } from '@plaza/kit/auth/viewer';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { PaymentsContext } from '../context.ts';
import { canReadPayment, type PaymentRow } from '../payment/payment.service.ts';
import { Payment } from '../payment/payment.type.ts';
import { Order } from './order.type.ts';

@Resolver(() => Order)
export class OrderResolver {
  @FieldResolver(() => Payment, {
    nullable: true,
    description:
      'The payment that counts: the captured or refunded one, else the newest. For the order’s buyer, its payer and scope payment:read; null to others.',
  })
  async payment(@Root() { id }: Order, @Ctx() ctx: PaymentsContext): Promise<PaymentRow | null> {
    const { userId } = requireViewer(ctx);
    const payment = await ctx.loaders.paymentOfOrder.load(id);
    if (payment === undefined || canReadPayment(payment, ctx)) return payment ?? null;
    const order = await ctx.loaders.payableOrderById.load(id);
    return order?.buyerId === userId ? payment : null;
  }
}
