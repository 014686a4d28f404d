import { requireSelfOrScope } from '@plaza/kit/auth/viewer';
import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type { Order } from '../generated/prisma/client.ts';
import { OrderConnection } from '../order/order.type.ts';
import type { TicketRow } from '../ticket/ticket.service.ts';
import { TicketConnection } from '../ticket/ticket.type.ts';
import { User } from './user.type.ts';

@Resolver(() => User)
export class UserResolver {
  @FieldResolver(() => OrderConnection, {
    description: 'Their orders, latest first. For the person and for the scope order:read.',
  })
  async orders(
    @Root() { id }: User,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: TicketingContext,
  ): Promise<Connection<Order>> {
    requireSelfOrScope(ctx, id, 'order:read');
    return ctx.loaders.ordersOfBuyer.load({ key: id, args });
  }

  @FieldResolver(() => TicketConnection, {
    description:
      'The tickets that they hold, bought or shared with them, latest first. For the person and for the scope order:read.',
  })
  async tickets(
    @Root() { id }: User,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: TicketingContext,
  ): Promise<Connection<TicketRow>> {
    requireSelfOrScope(ctx, id, 'order:read');
    return ctx.loaders.ticketsOfHolder.load({ key: id, args });
  }
}
