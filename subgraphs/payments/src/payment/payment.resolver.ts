import { requireScope, requireViewer } from '@plaza/kit/auth/viewer';
import { Money, money } from '@plaza/kit/money.type';
import type { Connection } from '@plaza/kit/pagination/connection.type';
import { requireUuid } from '@plaza/kit/uuid';
import {
  Arg,
  Args,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { PaymentsContext } from '../context.ts';
import type { Refund as RefundRow } from '../generated/prisma/client.ts';
import { Order } from '../order/order.type.ts';
import { Refund } from '../refund/refund.type.ts';
import { User } from '../user/user.type.ts';
import { PaymentsArgs } from './payment.input.ts';
import { canReadPayment, type PaymentRow, visiblePayment } from './payment.service.ts';
import { Payment, PaymentConnection } from './payment.type.ts';
import { watchPayment } from './watch-payment.ts';

@Resolver(() => Payment)
export class PaymentResolver {
  @Query(() => Payment, {
    nullable: true,
    description: 'One payment of the viewer, or any with the scope payment:read; else null.',
  })
  async payment(
    @Arg('id', () => ID, { description: 'Id of the payment.' }) id: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<PaymentRow | null> {
    requireViewer(ctx);
    return visiblePayment(await ctx.loaders.paymentById.load(requireUuid(id, 'id')), ctx);
  }

  @Directive('@tag(name: "internal")')
  @Query(() => PaymentConnection, {
    nullable: true,
    description: 'All payments, newest first. Needs scope payment:read.',
  })
  payments(
    @Args(() => PaymentsArgs) args: PaymentsArgs,
    @Ctx() ctx: PaymentsContext,
  ): Promise<Connection<PaymentRow>> {
    requireScope(ctx, 'payment:read');
    return ctx.payments.findPage(args);
  }

  @Directive('@eventSource(topic: "payment.{args.id}")')
  @Directive('@eventFilter(field: "payerId", in: ["{viewer.id}"], orScopes: [["payment:read"]])')
  @Subscription(() => Payment, {
    nullable: true,
    description:
      'The payment after each of its changes, fed by the topic `payment.<id>`. For its payer and for scope payment:read.',
    subscribe: ({ args, context }) => watchPayment(args.id, context as PaymentsContext),
  })
  async paymentChanged(
    @Arg('id', () => ID, { description: 'Id of the payment.' }) id: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<PaymentRow | null> {
    return visiblePayment(await ctx.payments.findById(requireUuid(id, 'id')), ctx);
  }

  @FieldResolver(() => Money, { description: 'What went back so far.' })
  refunded(@Root() { refundedMinor, currency }: PaymentRow): Money {
    return money(refundedMinor, currency);
  }

  @FieldResolver(() => [Refund], {
    description: 'Money of it that goes or went back, oldest first.',
  })
  refunds(@Root() { id }: PaymentRow, @Ctx() ctx: PaymentsContext): Promise<RefundRow[]> {
    return ctx.loaders.refundsOfPayment.load(id);
  }

  @FieldResolver(() => Money, { description: 'How much is paid.' })
  amount(@Root() { amountMinor, currency }: PaymentRow): Money {
    return money(amountMinor, currency);
  }

  @FieldResolver(() => Order, { nullable: true, description: 'What is paid for.' })
  order(@Root() { orderId }: PaymentRow): Order {
    return { id: orderId };
  }

  @FieldResolver(() => User, {
    nullable: true,
    description:
      'Who pays, for the payer and scope payment:read; null for somebody without an account.',
  })
  payer(@Root() payment: PaymentRow, @Ctx() ctx: PaymentsContext): User | null {
    const { payerId } = payment;
    return payerId !== null && canReadPayment(payment, ctx) ? { id: payerId } : null;
  }
}
