import { Money, money } from '@plaza/kit/money.type';
import { parseInput } from '@plaza/kit/parse-input';
import { requireUuid } from '@plaza/kit/uuid';
import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Resolver,
  Root,
} from 'type-graphql';
import { z } from 'zod';
import type { PaymentsContext } from '../context.ts';
import type { Refund as RefundRow } from '../generated/prisma/client.ts';
import { idempotencyKeyInput } from '../idempotency/idempotency-key.ts';
import type { PaymentRow } from '../payment/payment.service.ts';
import { Payment } from '../payment/payment.type.ts';
import { RefundPaymentResult } from './refund.result.ts';
import { Refund } from './refund.type.ts';

const refundInput = z.object({
  amountMinor: z.int().min(1, 'must be at least 1').nullable(),
  idempotencyKey: idempotencyKeyInput,
});

@Resolver(() => Refund)
export class RefundResolver {
  @Directive('@tag(name: "internal")')
  @Mutation(() => RefundPaymentResult, {
    nullable: true,
    description:
      'Gives money of a captured payment back, all that is left unless an amount is said. Needs scope payment:write.',
  })
  refundPayment(
    @Arg('paymentId', () => ID, { description: 'Id of the payment.' }) paymentId: string,
    @Arg('idempotencyKey', () => String, { description: 'Made once for this intent to refund.' })
    idempotencyKey: string,
    @Arg('amountMinor', () => Int, { nullable: true, description: 'Minor units, in its currency.' })
    amountMinor: number | null,
    @Ctx() ctx: PaymentsContext,
  ): Promise<typeof RefundPaymentResult> {
    const input = parseInput(refundInput, { amountMinor: amountMinor ?? null, idempotencyKey });
    const id = requireUuid(paymentId, 'paymentId');
    return ctx.refunds.refund({ ...input, paymentId: id, actor: ctx });
  }

  @FieldResolver(() => Payment, { description: 'The payment that the money was of.' })
  async payment(
    @Root() { paymentId }: RefundRow,
    @Ctx() ctx: PaymentsContext,
  ): Promise<PaymentRow | undefined> {
    return ctx.loaders.paymentById.load(paymentId);
  }

  @FieldResolver(() => Money, { description: 'How much goes back.' })
  amount(@Root() { amountMinor, currency }: RefundRow): Money {
    return money(amountMinor, currency);
  }
}
