import { Money } from '@plaza/kit/money.type';
import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
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
import { Event } from '../event/event.type.ts';
import type {
  Event as EventRow,
  PromoCode as PromoCodeRow,
  Schedule as ScheduleRow,
} from '../generated/prisma/client.ts';
import { Schedule } from '../schedule/schedule.type.ts';
import { CreatePromoCodeInput } from './promo-code.input.ts';
import {
  amountOffOf,
  checkPromoCode,
  createPromoCode,
  disablePromoCode,
  listPromoCodes,
} from './promo-code.service.ts';
import { PromoCode, PromoCodeConnection } from './promo-code.type.ts';
import { CheckPromoCodeResult, CreatePromoCodeResult } from './promo-code-result.type.ts';

@Resolver(() => PromoCode)
export class PromoCodeResolver {
  @Query(() => CheckPromoCodeResult, {
    nullable: true,
    description: 'What a code would take off an order of the viewer, who is logged in.',
  })
  checkPromoCode(
    @Arg('code', () => String, { description: 'The code as typed.' }) code: string,
    @Arg('scheduleId', () => ID, { description: 'Id of the performance.' }) scheduleId: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<CheckPromoCodeResult> {
    return checkPromoCode({ code, scheduleId }, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Query(() => PromoCodeConnection, {
    nullable: true,
    description: 'All promo codes, newest first. Needs the scope price:write.',
  })
  async promoCodes(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: TicketingContext,
  ): Promise<Connection<PromoCodeRow>> {
    return listPromoCodes(args, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => CreatePromoCodeResult, {
    description: 'Makes a promo code. Needs the scope price:write.',
  })
  createPromoCode(
    @Arg('input', () => CreatePromoCodeInput, { description: 'The code.' })
    input: CreatePromoCodeInput,
    @Ctx() ctx: TicketingContext,
  ): Promise<CreatePromoCodeResult> {
    return createPromoCode(input, ctx);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => PromoCode, {
    description:
      'Puts a promo code out of use; orders that used it keep their discount. Needs price:write.',
  })
  async disablePromoCode(
    @Arg('id', () => ID, { description: 'Id of the code.' }) id: string,
    @Ctx() ctx: TicketingContext,
  ): Promise<PromoCodeRow> {
    return disablePromoCode(id, ctx);
  }

  @FieldResolver(() => Money, { nullable: true, description: 'Amount off, for AMOUNT.' })
  amountOff(@Root() code: PromoCodeRow): Money | null {
    return amountOffOf(code);
  }

  @FieldResolver(() => Event, { nullable: true, description: 'The only event that it is for.' })
  async event(
    @Root() { eventId }: PromoCodeRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<EventRow | undefined> {
    return eventId === null ? undefined : loaders.eventById.load(eventId);
  }

  @FieldResolver(() => Schedule, {
    nullable: true,
    description: 'The only performance that it is for.',
  })
  async schedule(
    @Root() { scheduleId }: PromoCodeRow,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<ScheduleRow | undefined> {
    return scheduleId === null ? undefined : loaders.scheduleById.load(scheduleId);
  }
}
