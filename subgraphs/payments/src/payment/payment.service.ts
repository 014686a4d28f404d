import {
  type HasViewer,
  isSelfOrHasScope,
  requireScope,
  requireViewer,
} from '@plaza/kit/auth/viewer';
import type { Connection } from '@plaza/kit/pagination/connection.type';
import { newestFirst } from '@plaza/kit/pagination/keyset';
import { paginate } from '@plaza/kit/pagination/paginate';
import type { Payment as PaymentRow, Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { PaymentsArgs } from './payment.input.ts';

export type { PaymentRow };

/** Reading payments. */
export class PaymentService {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Null when there is none. */
  findById(id: string): Promise<PaymentRow | null> {
    return this.#prisma.payment.findUnique({ where: { id } });
  }

  /** Newest first. Throws BAD_USER_INPUT for bad page arguments. */
  findPage({ status, ...args }: PaymentsArgs): Promise<Connection<PaymentRow>> {
    const filter: Prisma.PaymentWhereInput = status == null ? {} : { status };
    return paginate<PaymentRow, Prisma.PaymentWhereInput, Prisma.PaymentOrderByWithRelationInput>({
      args,
      order: newestFirst,
      load: ({ where, ...query }) =>
        this.#prisma.payment.findMany({ where: { AND: [filter, where] }, ...query }),
      count: () => this.#prisma.payment.count({ where: filter }),
    });
  }
}

/** True for its payer and scope payment:read. */
export function canReadPayment({ payerId }: PaymentRow, ctx: HasViewer): boolean {
  return isSelfOrHasScope(ctx, payerId ?? '', 'payment:read');
}

/**
 * The payment, if who asks may read it: its payer, or scope payment:read. Null stays null. Throws
 * UNAUTHENTICATED or FORBIDDEN.
 */
export function readablePayment(
  payment: PaymentRow | null | undefined,
  ctx: HasViewer,
): PaymentRow | null {
  const viewer = requireViewer(ctx);
  if (payment == null) return null;
  if (payment.payerId !== viewer.userId) requireScope(ctx, 'payment:read');
  return payment;
}
