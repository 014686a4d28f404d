import { parseInput } from '@plaza/kit/parse-input';
import { requireUuid } from '@plaza/kit/uuid';
import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { PaymentsContext } from '../context.ts';
import { cardPaymentInput } from './card-payment.input.ts';
import { CancelPaymentResult, OrderNotPayable, PayOrderResult } from './payment.result.ts';
import { type PaymentRow, visiblePayment } from './payment.service.ts';
import { Payment } from './payment.type.ts';

@Resolver(() => OrderNotPayable)
export class CardPaymentResolver {
  @Mutation(() => PayOrderResult, {
    nullable: true,
    description:
      'Pays what is left of an order by card, for its buyer. The same idempotency key again gives the same payment, never a second charge.',
  })
  payOrder(
    @Arg('orderId', () => ID, { description: 'Id of the order.' }) orderId: string,
    @Arg('cardToken', () => String, { description: 'What the provider’s form gave for the card.' })
    cardToken: string,
    @Arg('idempotencyKey', () => String, { description: 'Made once for this intent to pay.' })
    idempotencyKey: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<typeof PayOrderResult> {
    const input = parseInput(cardPaymentInput, { cardToken, idempotencyKey });
    return ctx.cards.pay({ ...input, orderId: requireUuid(orderId, 'orderId'), actor: ctx });
  }

  @Mutation(() => CancelPaymentResult, {
    nullable: true,
    description: 'Calls a pending payment off, for its payer and scope payment:write.',
  })
  async cancelPayment(
    @Arg('id', () => ID, { description: 'Id of the payment.' }) id: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<typeof CancelPaymentResult> {
    const payment = await ctx.cards.cancel(requireUuid(id, 'id'), ctx);
    if (payment === undefined) return { __typename: 'PaymentNotFound', id };
    if (payment.status === 'CANCELLED') return { __typename: 'PaymentCancelled', payment };
    const isOpen = payment.status === 'PENDING';
    return { __typename: isOpen ? 'PaymentCancelRequested' : 'PaymentNotCancellable', payment };
  }

  @FieldResolver(() => Payment, {
    nullable: true,
    description: 'The payment that is under way, for its payer and scope payment:read; else null.',
  })
  openPayment(
    @Root() { openPayment }: OrderNotPayable,
    @Ctx() ctx: PaymentsContext,
  ): PaymentRow | null {
    return visiblePayment(openPayment, ctx);
  }
}
