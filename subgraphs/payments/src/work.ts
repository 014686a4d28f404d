import type { Transactions, UnitOfWork } from '@plaza/kit/messaging/transactions';
import type { Prisma } from './generated/prisma/client.ts';

/** One transaction of payments, with the messages and announcements that follow from it. */
export type PaymentsWork = UnitOfWork<Prisma.TransactionClient>;
export type PaymentsTransactions = Transactions<Prisma.TransactionClient>;
