/** How several values of one header become one. */
export type AnswerRule = 'append' | 'first' | 'last';

/** Values of one header in all answers to one operation. */
const valuesMax = 50;

/** Headers that the answers of subgraphs have for the client of one operation. */
export class AnswerHeaders {
  readonly #values = new Map<string, readonly string[]>();

  /** Takes those of one more answer, in the order in which answers come. */
  add(name: string, values: readonly string[], rule: AnswerRule): void {
    const known = this.#values.get(name);
    if (known === undefined || rule === 'last') this.#values.set(name, values);
    else if (rule === 'append') this.#values.set(name, [...known, ...values].slice(0, valuesMax));
  }

  /** For the answer to the client: one line each, but each cookie its own. */
  toHeaders(): Readonly<Record<string, string | string[]>> | undefined {
    if (this.#values.size === 0) return undefined;
    const headers: Record<string, string | string[]> = {};
    for (const [name, values] of this.#values) {
      headers[name] = name === 'set-cookie' ? [...values] : values.join(', ');
    }
    return headers;
  }
}
