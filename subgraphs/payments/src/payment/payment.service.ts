import { type HasViewer, isSelfOrHasScope } from '@plaza/kit/auth/viewer';
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
 * The payment if the viewer pays it or has the scope payment:read, else null: whether somebody else's
 * payment exists is nobody's business.
 */
export function visiblePayment(
  payment: PaymentRow | null | undefined,
  ctx: HasViewer,
): PaymentRow | null {
  return payment != null && canReadPayment(payment, ctx) ? payment : null;
}
