import { parseInput } from '@plaza/kit/parse-input';
import { requireUuid } from '@plaza/kit/uuid';
import { Arg, Ctx, Directive, ID, Mutation, Resolver } from 'type-graphql';
import type { PaymentsContext } from '../context.ts';
import { boxOfficeInput, TenderInput } from './box-office.input.ts';
import { RecordBoxOfficePaymentsResult } from './box-office.result.ts';

@Resolver()
export class BoxOfficeResolver {
  @Directive('@tag(name: "internal")')
  @Mutation(() => RecordBoxOfficePaymentsResult, {
    nullable: true,
    description:
      'Takes payment for an order at the counter: all tenders together cover it, or none is taken. Needs scope order:write.',
  })
  recordBoxOfficePayments(
    @Arg('orderId', () => ID, { description: 'Id of the order.' }) orderId: string,
    @Arg('tenders', () => [TenderInput], { description: 'At most 10.' })
    tenders: TenderInput[],
    @Arg('idempotencyKey', () => String, { description: 'Made once for this sale.' })
    idempotencyKey: string,
    @Ctx() ctx: PaymentsContext,
  ): Promise<typeof RecordBoxOfficePaymentsResult> {
    const input = parseInput(boxOfficeInput, { tenders, idempotencyKey });
    return ctx.boxOffice.record({ ...input, orderId: requireUuid(orderId, 'orderId'), actor: ctx });
  }
}
