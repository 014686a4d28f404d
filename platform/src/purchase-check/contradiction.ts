/** Two facts that cannot both be right, or one that must not be. */
export interface Contradiction {
  /** The promise that is broken, the same for all of its kind. */
  readonly rule: string;
  /** Id of the order, payment, seat, queue ... that it is about. */
  readonly subject: string;
  /** What is wrong, in words for an operator. */
  readonly text: string;
}

/** Makes contradictions about one subject. */
export function contradictionsOf(subject: string) {
  const found: Contradiction[] = [];
  return {
    found,
    add: (rule: string, text: string): void => void found.push({ rule, subject, text }),
    /** Adds it unless the promise is kept. */
    expect(isKept: boolean, rule: string, text: string): void {
      if (!isKept) this.add(rule, text);
    },
  };
}

/** Minor units as people read them, such as `MXN 450.00`. */
export function showMoney(amountMinor: number, currency: string): string {
  return `${currency} ${(amountMinor / 100).toFixed(2)}`;
}
