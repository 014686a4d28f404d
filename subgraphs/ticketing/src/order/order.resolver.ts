import { requireViewer } from '@plaza/kit/auth/viewer';
import { Money, money } from '@plaza/kit/money.type';
import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { requireUuid } from '@plaza/kit/uuid';
import {
  Arg,
  Args,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type { Order as OrderRow, Schedule as ScheduleRow } from '../generated/prisma/client.ts';
import { Schedule } from '../schedule/schedule.type.ts';
import type { TicketRow } from '../ticket/ticket.service.ts';
import { TicketConnection } from '../ticket/ticket.type.ts';
import { User } from '../user/user.type.ts';
import { BoxOfficeSaleInput, PlaceOrderInput } from './order.input.ts';
import { cancelOrderOfViewer, visibleOrder } from './order.service.ts';
import { Order } from './order.type.ts';
import { BoxOfficeSaleResult, CancelOrderResult, PlaceOrderResult } from './order-result.type.ts';
import { placeOrder, sellAtBoxOffice } from './place-order.ts';

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

  @Mutation(() => PlaceOrderResult, {
    description: 'Orders the seats of a hold of the viewer, at the prices of this moment.',
  })
  placeOrder(
    @Arg('input', () => PlaceOrderInput, { description: 'What is ordered.' })
    input: PlaceOrderInput,
    @Ctx() ctx: TicketingContext,
  ): Promise<PlaceOrderResult> {
    return ctx.purchases.run(() => placeOrder(input, ctx));
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => BoxOfficeSaleResult, {
    description: 'Sells seats over the counter; payments takes the money. Needs order:write.',
  })
  sellAtBoxOffice(
    @Arg('input', () => BoxOfficeSaleInput, { description: 'What is sold, and to whom.' })
    input: BoxOfficeSaleInput,
    @Ctx() ctx: TicketingContext,
  ): Promise<BoxOfficeSaleResult> {
    return ctx.purchases.run(() => sellAtBoxOffice(input, ctx));
  }

  @Mutation(() => CancelOrderResult, {
    description:
      'Cancels an order: its buyer before it is paid; order:write also after, and money goes back.',
  })
  cancelOrder(
    @Arg('id', () => ID, { description: 'Id of the order.' }) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<CancelOrderResult> {
    return cancelOrderOfViewer(requireUuid(id, 'id'), ctx);
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

  @FieldResolver(() => Schedule, { description: 'The performance that its tickets admit to.' })
  schedule(
    @Root() { scheduleId }: OrderRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<ScheduleRow | undefined> {
    return loaders.scheduleById.load(scheduleId);
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
  ): Promise<Connection<TicketRow>> {
    return loaders.ticketsOfOrder.load({ key: id, args });
  }
}
