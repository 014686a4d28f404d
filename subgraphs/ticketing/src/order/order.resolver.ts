import { requireViewer } from '@plaza/kit/auth/viewer';
import { Money, money } from '@plaza/kit/money.type';
import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { requireUuid } from '@plaza/kit/uuid';
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type { Order as OrderRow } from '../generated/prisma/client.ts';
import type { PublicTicket } from '../ticket/ticket.service.ts';
import { TicketConnection } from '../ticket/ticket.type.ts';
import { User } from '../user/user.type.ts';
import { visibleOrder } from './order.service.ts';
import { Order } from './order.type.ts';

@Resolver(() => Order)
export class OrderResolver {
  @Query(() => Order, {
    nullable: true,
    description: 'One order of the viewer, or any with the scope order:read; else null.',
  })
  async order(
    @Arg('id', () => ID, { description: 'Id of the order.' }) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<OrderRow | null> {
    requireViewer(ctx);
    return visibleOrder(await ctx.loaders.orderById.load(requireUuid(id, 'id')), ctx);
  }

  @FieldResolver(() => String, { description: 'The number that people quote: ORD1234.' })
  reference(@Root() order: OrderRow): string {
    return `ORD${order.number}`;
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'Who bought; null for a sale over the counter to somebody without an account.',
  })
  buyer(@Root() { buyerId }: OrderRow): User | null {
    return buyerId === null ? null : { id: buyerId };
  }

  @FieldResolver(() => Money, { description: 'Prices of its tickets.' })
  subtotal(@Root() { subtotalMinor, currency }: OrderRow): Money {
    return money(subtotalMinor, currency);
  }

  @FieldResolver(() => Money, { description: 'Service charges.' })
  fees(@Root() { feesMinor, currency }: OrderRow): Money {
    return money(feesMinor, currency);
  }

  @FieldResolver(() => Money, { description: 'Taxes on top.' })
  taxes(@Root() { taxesMinor, currency }: OrderRow): Money {
    return money(taxesMinor, currency);
  }

  @FieldResolver(() => Money, { description: 'What was taken off.' })
  discount(@Root() { discountMinor, currency }: OrderRow): Money {
    return money(discountMinor, currency);
  }

  @FieldResolver(() => Money, { description: 'What is to be paid: all of the above.' })
  total(@Root() { totalMinor, currency }: OrderRow): Money {
    return money(totalMinor, currency);
  }

  @FieldResolver(() => TicketConnection, { description: 'Its tickets, at most twelve.' })
  tickets(
    @Root() { id }: OrderRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Connection<PublicTicket>> {
    return loaders.ticketsOfOrder.load({ key: id, args });
  }
}
