import { demoOrders } from '@plaza/schema/demo-accounts';
import type { Prisma, PrismaClient } from './generated/prisma/client.ts';

const dayMs = 86_400_000;
/** Hours of UTC at which the demo payments were begun: in the morning of northern Mexico. */
const startHour = 17;
/** How long the demo payments took to be captured. */
const captureMs = 40_000;

/** Puts a payment for each demo order into the database; those that exist are left alone. */
export async function seedDatabase(prisma: PrismaClient, now: Date): Promise<void> {
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
    provider: 'sandbox',
    providerReference: `demo-${order.paymentId.slice(-2)}`,
    createdAt,
    capturedAt: isPaid ? new Date(createdAt.getTime() + captureMs) : null,
  };
}
