/**
 * What the outbox and the inbox need of a transaction: the client that Prisma hands to the function of
 * an interactive `$transaction` fits.
 */
export interface SqlTransaction {
  /** Runs the statement with its values as parameters; resolves to the number of rows. */
  $executeRaw(statement: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>;
}
