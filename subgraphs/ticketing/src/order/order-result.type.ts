import { createUnionType, Field, ObjectType } from 'type-graphql';
import { OrderStatus } from '../generated/prisma/enums.ts';
import { HoldEnded, ScheduleNotOnSale, SeatsTaken, TooManySeats } from '../hold/hold.type.ts';
import { PromoCodeRefused } from '../promo-code/promo-code-result.type.ts';
import { Order } from './order.type.ts';

@ObjectType({
  description: 'The order is in a state from which the viewer cannot cancel it.',
  simpleResolvers: true,
})
export class OrderNotCancellable {
  readonly __typename!: 'OrderNotCancellable';

  @Field(() => OrderStatus, { description: 'The state that it is in.' })
  status!: OrderStatus;
}

export const PlaceOrderResult = createUnionType({
  name: 'PlaceOrderResult',
  description: 'What became of a purchase.',
  types: () => [Order, HoldEnded, ScheduleNotOnSale, PromoCodeRefused] as const,
});
export type PlaceOrderResult = typeof PlaceOrderResult;

export const BoxOfficeSaleResult = createUnionType({
  name: 'BoxOfficeSaleResult',
  description: 'What became of a sale over the counter.',
  types: () => [Order, SeatsTaken, ScheduleNotOnSale, TooManySeats, PromoCodeRefused] as const,
});
export type BoxOfficeSaleResult = typeof BoxOfficeSaleResult;

export const CancelOrderResult = createUnionType({
  name: 'CancelOrderResult',
  description: 'What became of a wish to cancel an order.',
  types: () => [Order, OrderNotCancellable] as const,
});
export type CancelOrderResult = typeof CancelOrderResult;
