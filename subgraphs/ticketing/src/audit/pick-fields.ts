/** Those fields of a row that were changed, for the audit. */
export function pickFields(row: object, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field)));
}
