/** How many tests ended how. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Reads a TAP 13 stream line by line, prints it as a person would want it, and counts. Diagnostics
 * of a failed test (the YAML block) are printed as they come, those of passed tests are not.
 */
export class TapSummary {
  readonly counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  readonly #print: (line: string) => void;
  #showsDiagnostics = false;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  read(line: string): void {
    const result = /^(not ok|ok) \d+ - (.*?)(?: # (SKIP|TODO)\b.*)?$/.exec(line);
    if (result === null) {
      if (this.#showsDiagnostics && line.startsWith('  ')) this.#print(line);
      return;
    }
    const [, outcome, title, directive] = result;
    this.#showsDiagnostics = outcome === 'not ok' && directive === undefined;
    if (directive !== undefined) {
      this.counts.skipped += 1;
      this.#print(`- ${title}`);
    } else if (outcome === 'ok') {
      this.counts.passed += 1;
      this.#print(`✔ ${title}`);
    } else {
      this.counts.failed += 1;
      this.#print(`✖ ${title}`);
    }
  }
}
