/** Places where fixtures wait until the test lets them go on. */
export interface Gates {
  /** Resolves when the gate is open; from the start for gates that were never closed. */
  pass(name: string): Promise<void>;
  close(...names: readonly string[]): void;
  open(name: string): void;
}

export function createGates(): Gates {
  const gates = new Map<string, PromiseWithResolvers<void>>();
  return {
    pass: (name) => gates.get(name)?.promise ?? Promise.resolve(),
    close: (...names) => {
      for (const name of names) gates.set(name, Promise.withResolvers());
    },
    open: (name) => {
      gates.get(name)?.resolve();
      gates.delete(name);
    },
  };
}
