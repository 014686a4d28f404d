import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type { PriceList as PriceListRow } from '../generated/prisma/client.ts';
import type { Price } from './price-list.service.ts';
import { PriceList } from './price-list.type.ts';
import { PriceListItemConnection } from './price-list-item.type.ts';

@Resolver(() => PriceList)
export class PriceListResolver {
  @FieldResolver(() => PriceListItemConnection, { description: 'Its prices by zone and section.' })
  items(
    @Root() { id }: PriceListRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Connection<Price>> {
    return loaders.pricesOfList.load({ key: id, args });
  }
}
