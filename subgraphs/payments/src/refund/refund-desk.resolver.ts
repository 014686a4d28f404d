import { requireScope } from '@plaza/kit/auth/viewer';
import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { requireUuid } from '@plaza/kit/uuid';
import { Arg, Args, Ctx, Directive, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { PaymentsContext } from '../context.ts';
import type { Refund as RefundRow } from '../generated/prisma/client.ts';
import { RecordRefundHandoverResult, RetryRefundResult } from './refund.result.ts';
import { RefundConnection } from './refund.type.ts';

@Resolver()
export class RefundDeskResolver {
  @Directive('@tag(name: "internal")')
  @Query(() => RefundConnection, {
    nullable: true,
    description:
      'Refunds that the provider did not give, after all retries, oldest first. Needs scope payment:read.',
  })
  async failedRefunds(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: PaymentsContext,
  ): Promise<Connection<RefundRow>> {
    requireScope(ctx, 'payment:read');
    return ctx.refundDesk.findFailed(args);
  }

  @Directive('@tag(name: "internal")')
  @Query(() => RefundConnection, {
    nullable: true,
    description:
      'Refunds that are sent again after a failure, or that the provider has not given for an hour, oldest first. Needs scope payment:read.',
  })
  async delayedRefunds(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: PaymentsContext,
  ): Promise<Connection<RefundRow>> {
    requireScope(ctx, 'payment:read');
    return ctx.refundDesk.findDelayed(args);
  }

  @Directive('@tag(name: "internal")')
  @Query(() => RefundConnection, {
    nullable: true,
    description:
      'Cash, transfers and card slips that staff must hand back, oldest first. Needs scope payment:read.',
  })
  async refundsToHandOver(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: PaymentsContext,
  ): Promise<Connection<RefundRow>> {
    requireScope(ctx, 'payment:read');
    return ctx.refundDesk.findToHandOver(args);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => RetryRefundResult, {
    nullable: true,
    description:
      'Gives the money of a failed refund back by a new one, once, and now. Needs scope payment:write.',
  })
  retryRefund(
    @Arg('id', () => ID, { description: 'Id of the failed refund.' }) id: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<typeof RetryRefundResult> {
    return ctx.refundDesk.retry(requireUuid(id, 'id'), ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => RecordRefundHandoverResult, {
    nullable: true,
    description:
      'Records that the buyer has the money of a refund that no provider gives. Needs scope order:write.',
  })
  recordRefundHandover(
    @Arg('refundId', () => ID, { description: 'Id of the refund.' }) refundId: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<typeof RecordRefundHandoverResult> {
    return ctx.refundDesk.recordHandover(requireUuid(refundId, 'refundId'), ctx);
  }
}
