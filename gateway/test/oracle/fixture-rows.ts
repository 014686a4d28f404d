import type { Row } from '../kit/define-subgraph.ts';

/**
 * A `__resolveReference` that finds the row with the representation's values under all keys, and adds
 * the representation's other fields (what `@requires` asked for). Null when there is no such row.
 */
export function referenceTo(rows: readonly Row[], ...keys: readonly string[]) {
  return (reference: Row): Row | null => {
    const row = rows.find((candidate) => keys.every((key) => candidate[key] === reference[key]));
    if (row === undefined) return null;
    return { ...reference, ...row };
  };
}

/** Copies of the rows with these fields alone: what one subgraph knows of them. */
export function onlyFields(rows: readonly Row[], ...fields: readonly string[]): readonly Row[] {
  return rows.map((row) =>
    Object.fromEntries(fields.filter((name) => name in row).map((name) => [name, row[name]])),
  );
}

/** The first row whose field has the value, or null. */
export function findBy(rows: readonly Row[], field: string, value: unknown): Row | null {
  return rows.find((row) => row[field] === value) ?? null;
}

/** All rows whose field has the value, in their order. */
export function filterBy(rows: readonly Row[], field: string, value: unknown): readonly Row[] {
  return rows.filter((row) => row[field] === value);
}
