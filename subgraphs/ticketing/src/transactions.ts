import type { Transactions, UnitOfWork } from '@plaza/kit/messaging/transactions';
import type { Prisma } from './generated/prisma/client.ts';

export type TicketingTransactions = Transactions<Prisma.TransactionClient>;
/** One transaction of ticketing under way, with the messages that leave if it commits. */
export type Work = UnitOfWork<Prisma.TransactionClient>;

export type { AuditActor as Actor } from '@plaza/kit/audit/audit-row';
