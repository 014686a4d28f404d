import type { Transactions, UnitOfWork } from '@plaza/kit/messaging/transactions';
import type { Prisma } from './generated/prisma/client.ts';

export type TicketingTransactions = Transactions<Prisma.TransactionClient>;
/** One transaction of ticketing under way, with the messages that leave if it commits. */
export type Work = UnitOfWork<Prisma.TransactionClient>;

/** Who or what makes a change, for the audit. */
export interface Actor {
  /** Null for what the system does by itself. */
  readonly userId: string | null;
  /** The request, message or job that it comes from. */
  readonly requestId: string;
}
