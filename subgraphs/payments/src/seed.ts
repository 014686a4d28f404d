import { demoOrders } from '@plaza/schema/demo-accounts';
import type { Prisma, PrismaClient } from './generated/prisma/client.ts';

const dayMs = 86_400_000;
/** Hours of UTC at which the demo payments were begun: in the morning of northern Mexico. */
const startHour = 17;
/** No provider holds the demo payments, so a refund of one is counted at once. */
const demoProvider = 'demo';
/** How long the demo payments took to be captured. */
const captureMs = 40_000;

/** Puts a payment for each demo order into the database; those that exist are left alone. */
export async function seedDatabase(prisma: PrismaClient, now: Date): Promise<void> {
  const orders = demoOrders.map((order) => toPayableOrder(order, now));
  await prisma.payableOrder.createMany({ data: orders, skipDuplicates: true });
  const data = demoOrders.map((order, index) => toPayment(order, startOf(now, index + 1)));
  await prisma.payment.createMany({ data, skipDuplicates: true });
}

function startOf(now: Date, daysAgo: number): Date {
  const day = new Date(now.getTime() - daysAgo * dayMs);
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), startHour));
}

function toPayment(
  order: (typeof demoOrders)[number],
  createdAt: Date,
): Prisma.PaymentCreateManyInput {
  const isPaid = order.status === 'PAID';
  return {
    id: order.paymentId,
    orderId: order.id,
    payerId: order.buyerId,
    status: isPaid ? 'CAPTURED' : 'PENDING',
    method: 'CARD',
    amountMinor: order.totalMinor,
    currency: order.currency,
    provider: demoProvider,
    providerReference: `demo-${order.paymentId.slice(-2)}`,
    createdAt,
    capturedAt: isPaid ? new Date(createdAt.getTime() + captureMs) : null,
  };
}

function toPayableOrder(
  order: (typeof demoOrders)[number],
  now: Date,
): Prisma.PayableOrderCreateManyInput {
  return {
    orderId: order.id,
    status: order.status === 'PAID' ? 'PAID' : 'PAYABLE',
    reference: `ORD-${order.id.slice(-2).toUpperCase()}`,
    buyerId: order.buyerId,
    channel: 'ONLINE',
    totalMinor: order.totalMinor,
    currency: order.currency,
    payableUntil: new Date(now.getTime() + dayMs),
    correlationId: order.id,
  };
}
