import { requireScope } from '@plaza/kit/auth/viewer';
import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import {
  Arg,
  Args,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Resolver,
  Root,
} from 'type-graphql';
import { never } from '../cache-hints.ts';
import type { TicketingContext } from '../context.ts';
import type {
  PriceList as PriceListRow,
  Schedule as ScheduleRow,
} from '../generated/prisma/client.ts';
import { PriceListConnection } from '../price-list/price-list.type.ts';
import { Schedule } from './schedule.type.ts';
import { CreateScheduleInput, UpdateScheduleInput } from './schedule-changes.input.ts';
import { createSchedule, updateSchedule } from './schedule-changes.service.ts';
import {
  cancelSchedule,
  closeSales,
  completeSchedule,
  openSales,
} from './schedule-moves.service.ts';
import {
  CompleteScheduleResult,
  CreateScheduleResult,
  MoveScheduleResult,
  OpenSalesResult,
  UpdateScheduleResult,
} from './schedule-result.type.ts';

const idOfSchedule = { description: 'Id of the performance.' };

@Resolver(() => Schedule)
export class ScheduleChangesResolver {
  @Directive('@tag(name: "internal")')
  @Mutation(() => CreateScheduleResult, {
    description: 'Adds a performance to an event, as a draft. Needs the scope event:write.',
  })
  createSchedule(
    @Arg('eventId', () => ID, { description: 'Id of the event.' }) eventId: string,
    @Arg('input', () => CreateScheduleInput, { description: 'Its times.' })
    input: CreateScheduleInput,
    @Ctx() ctx: TicketingContext,
  ): Promise<CreateScheduleResult> {
    return createSchedule({ eventId, input }, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => UpdateScheduleResult, {
    description: 'Changes what the performance’s state leaves open. Needs the scope event:write.',
  })
  updateSchedule(
    @Arg('id', () => ID, idOfSchedule) id: string,
    @Arg('input', () => UpdateScheduleInput, { description: 'The changes.' })
    input: UpdateScheduleInput,
    @Ctx() ctx: TicketingContext,
  ): Promise<UpdateScheduleResult> {
    return updateSchedule({ id, input }, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => OpenSalesResult, {
    description:
      'DRAFT to ON_SALE: it can be sold within its sale dates. Refused while its event is DRAFT or ' +
      'CANCELLED, and without prices. Needs event:write.',
  })
  openSales(
    @Arg('id', () => ID, idOfSchedule) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<OpenSalesResult> {
    return openSales(id, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => MoveScheduleResult, {
    description: 'DRAFT or ON_SALE to CLOSED: nobody can buy any more. Needs event:write.',
  })
  closeSales(
    @Arg('id', () => ID, idOfSchedule) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<MoveScheduleResult> {
    return closeSales(id, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => CompleteScheduleResult, {
    description: 'ON_SALE or CLOSED to COMPLETED, once it has begun. Needs event:write.',
  })
  completeSchedule(
    @Arg('id', () => ID, idOfSchedule) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<CompleteScheduleResult> {
    return completeSchedule(id, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => MoveScheduleResult, {
    description:
      'Cancels a performance for good: it is CLOSED, its orders are cancelled and refunded. Needs ' +
      'event:approve.',
  })
  cancelSchedule(
    @Arg('id', () => ID, idOfSchedule) id: string,
    @Arg('reason', () => String, { description: 'Why, as the public may read it.' })
    reason: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<MoveScheduleResult> {
    return cancelSchedule({ id, reason }, ctx);
  }

  @Directive(never)
  @Directive('@tag(name: "internal")')
  @FieldResolver(() => PriceListConnection, {
    nullable: true,
    description: 'All versions of its prices, the latest first. Needs the scope price:write.',
  })
  async priceLists(
    @Root() { id }: ScheduleRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: TicketingContext,
  ): Promise<Connection<PriceListRow>> {
    requireScope(ctx, 'price:write');
    return ctx.loaders.priceListsOfSchedule.load({ key: id, args });
  }
}
