/** Who asks, in the order of the outcomes of a row. */
export const actors = [
  'anonymous',
  'buyer',
  'stranger',
  'gateStaff',
  'seller',
  'supervisor',
  'administrator',
] as const;
export type Actor = (typeof actors)[number];

export interface Row {
  readonly field: string;
  readonly operation: string;
  /** Where in the data the outcome is. */
  readonly path: readonly string[];
  /**
   * A result's type, an error's code, `value` or `null` for each actor; `-` where the act is allowed and
   * would change what the others are asked about: the journeys do it.
   */
  readonly outcomes: string;
}

/** A row about a root field; its outcome is the field itself unless a path is given. */
export function row(
  field: string,
  operation: string,
  outcomes: string,
  path: readonly string[] = [field.split(/[ .(]/)[0] ?? field],
): Row {
  return { field, operation, path, outcomes };
}

/** As `row`, for a mutation whose outcome is the type of its result. */
export function resultRow(field: string, operation: string, outcomes: string): Row {
  const [name = ''] = field.split(' ');
  return { field, operation, path: [name, '__typename'], outcomes };
}

/** The buyer, and whoever may read orders or payments. */
export const readers = 'UNAUTHENTICATED value null null value value value';
/** Whoever may read payments, and not even the buyer. */
export const paymentReaders = 'UNAUTHENTICATED FORBIDDEN FORBIDDEN FORBIDDEN value value value';
/** The administrator alone. */
export const administratorOnly = `UNAUTHENTICATED ${'FORBIDDEN '.repeat(5)}value`;

/** Outcomes where those at the counter get the one given, and all others are refused. */
export function sellersGet(outcome: string): string {
  return `UNAUTHENTICATED ${'FORBIDDEN '.repeat(3)}${`${outcome} `.repeat(3).trim()}`;
}

/** Outcomes where only the buyer gets the one given, and everybody else the other. */
export function buyerGets(outcome: string, others: string): string {
  return `UNAUTHENTICATED ${outcome} ${`${others} `.repeat(5).trim()}`;
}
