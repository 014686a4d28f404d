import type { Answer } from './answer.ts';
import { isEqualData } from './answer.ts';
import { isOnOneLine } from './located-errors.ts';

type Path = readonly (string | number)[];

/**
 * What is wrong with an answer that had to do without some subgraph, beside the whole answer: a value
 * that is another one, a key too many or too few, a null that no error explains. A failed fetch is one
 * error, at the first of the list items that it was for, and explains the others too; and it explains
 * fields of the same object, which may have required what it was to bring.
 */
export function faultsOfPartialData(partial: Answer, whole: Answer): readonly string[] {
  const faults: string[] = [];
  const compare = (part: unknown, all: unknown, path: Path): void => {
    if (part === null && all !== null) {
      const isExplained = partial.errors.some((error) =>
        isOnOneLine(withoutIndices(path.slice(0, -1)), withoutIndices(error.path ?? [])),
      );
      if (!isExplained) faults.push(`No error explains the null at ${path.join('.')}`);
    } else if (isComposite(part) && isComposite(all)) {
      if (!isEqualData(Object.keys(part), Object.keys(all))) {
        faults.push(`Other keys at ${path.join('.')}`);
        return;
      }
      for (const [key, value] of Object.entries(part)) {
        const step = Array.isArray(part) ? Number(key) : key;
        compare(value, (all as Record<string, unknown>)[key], [...path, step]);
      }
    } else if (!isEqualData(part, all)) {
      faults.push(`Another value at ${path.join('.')}`);
    }
  };
  compare(partial.data, whole.data, []);
  return faults;
}

function withoutIndices(path: Path): Path {
  return path.map((key) => (typeof key === 'number' ? '@' : key));
}

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
