import { Money, money } from '@plaza/kit/money.type';
import { parseInput } from '@plaza/kit/parse-input';
import { DateTime } from '@plaza/kit/scalars';
import { requireUuid } from '@plaza/kit/uuid';
import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { z } from 'zod';
import type { PaymentsContext } from '../context.ts';
import type { PaymentLink as PaymentLinkRow } from '../generated/prisma/client.ts';
import { idempotencyKeyInput } from '../idempotency/idempotency-key.ts';
import { cardPaymentInput } from '../payment/card-payment.input.ts';
import {
  CancelPaymentLinkResult,
  CreatePaymentLinkResult,
  PaymentLink,
  PayPaymentLinkResult,
} from './payment-link.type.ts';

const keyInput = z.object({ idempotencyKey: idempotencyKeyInput });

@Resolver(() => PaymentLink)
export class PaymentLinkResolver {
  @Query(() => PaymentLink, {
    nullable: true,
    description: 'A payment link, for anybody who has its code. Null if there is none.',
  })
  paymentLink(
    @Arg('code', () => String, { description: 'The code of the link.' }) code: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<PaymentLinkRow | null> {
    return ctx.paymentLinks.findByCode(code);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => CreatePaymentLinkResult, {
    nullable: true,
    description:
      'Makes a link to pay a pending order by; its seats are kept until the link ends. Needs scope order:write.',
  })
  createPaymentLink(
    @Arg('orderId', () => ID, { description: 'Id of the order.' }) orderId: string,
    @Arg('expiresAt', () => DateTime, { description: 'A minute to 30 days from now.' })
    expiresAt: Date,
    @Arg('idempotencyKey', () => String, { description: 'Made once for this link.' })
    idempotencyKey: string,
    @Arg('activatesAt', () => DateTime, { nullable: true, description: 'Default: now.' })
    activatesAt: Date | null,
    @Ctx() ctx: PaymentsContext,
  ): Promise<typeof CreatePaymentLinkResult> {
    const input = { ...parseInput(keyInput, { idempotencyKey }), expiresAt };
    const id = requireUuid(orderId, 'orderId');
    const request = { ...input, orderId: id, activatesAt: activatesAt ?? null, actor: ctx };
    return ctx.paymentLinks.create(request);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => CancelPaymentLinkResult, {
    nullable: true,
    description: 'Ends an open link; the order stays as it is. Needs scope order:write.',
  })
  cancelPaymentLink(
    @Arg('code', () => String, { description: 'The code of the link.' }) code: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<typeof CancelPaymentLinkResult> {
    return ctx.paymentLinks.cancel(code, ctx);
  }

  @Mutation(() => PayPaymentLinkResult, {
    nullable: true,
    description: 'Pays what is left of the order by card. Anybody who has the link may.',
  })
  payPaymentLink(
    @Arg('code', () => String, { description: 'The code of the link.' }) code: string,
    @Arg('cardToken', () => String, { description: 'What the provider’s form gave for the card.' })
    cardToken: string,
    @Arg('idempotencyKey', () => String, { description: 'Made once for this intent to pay.' })
    idempotencyKey: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<typeof PayPaymentLinkResult> {
    const input = parseInput(cardPaymentInput, { cardToken, idempotencyKey });
    return ctx.paymentLinks.pay(code, { ...input, actor: ctx });
  }

  @FieldResolver(() => Money, { description: 'What is left to pay.' })
  async amount(@Root() link: PaymentLinkRow, @Ctx() ctx: PaymentsContext): Promise<Money> {
    const { order, outstandingMinor } = await ctx.paymentLinks.describe(link);
    return money(outstandingMinor, order.currency);
  }

  @FieldResolver(() => String, { description: 'The reference of the order that it is for.' })
  async orderReference(@Root() link: PaymentLinkRow, @Ctx() ctx: PaymentsContext): Promise<string> {
    return (await ctx.paymentLinks.describe(link)).order.reference;
  }
}
