import type { Transactions, UnitOfWork } from '@plaza/kit/messaging/transactions';
import { AppError } from '@plaza/schema/errors';
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

/** Ends a transaction without a trace and carries the answer out of it. */
class Undone<Answer> extends AppError {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super('INTERNAL_SERVER_ERROR', 'A transaction was undone on purpose');
    this.answer = answer;
  }
}

/**
 * Runs work that may find out halfway that it has to leave nothing behind: `return undo(answer)` rolls
 * back what it did and makes the answer the result.
 */
export async function runUndoable<Done, Answer>(
  transactions: TicketingTransactions,
  work: (unit: Work, undo: (answer: Answer) => never) => Promise<Done>,
): Promise<Done | Answer> {
  const undo = (answer: Answer): never => {
    throw new Undone(answer);
  };
  try {
    return await transactions.run((unit) => work(unit, undo));
  } catch (error) {
    if (error instanceof Undone) return error.answer as Answer;
    throw error;
  }
}
