import { Arg, Ctx, Directive, ID, Mutation, Resolver } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import { CreatePriceListInput } from './price-list.input.ts';
import { PriceList } from './price-list.type.ts';
import { activatePriceList, createPriceList } from './price-list-changes.service.ts';
import { ChangePriceListResult } from './price-list-result.type.ts';

@Resolver(() => PriceList)
export class PriceListChangesResolver {
  @Directive('@tag(name: "internal")')
  @Mutation(() => ChangePriceListResult, {
    description:
      'Writes the next version of a performance’s prices, to be activated later; it never changes. ' +
      'Needs the scope price:write.',
  })
  createPriceList(
    @Arg('input', () => CreatePriceListInput, { description: 'The prices.' })
    input: CreatePriceListInput,
    @Ctx() ctx: TicketingContext,
  ): Promise<ChangePriceListResult> {
    return createPriceList(input, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => ChangePriceListResult, {
    description:
      'Puts a version in force, also an older one, and archives the one that was. Orders keep the ' +
      'prices that they were made with. Needs the scope price:write.',
  })
  activatePriceList(
    @Arg('id', () => ID, { description: 'Id of the version.' }) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<ChangePriceListResult> {
    return activatePriceList(id, ctx);
  }
}
