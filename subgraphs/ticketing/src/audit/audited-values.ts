import type { Prisma } from '../generated/prisma/client.ts';

/** Values of a row as the audit keeps them: dates as text, without what is undefined. */
export function toAudited(values: object): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(values)) as Prisma.InputJsonObject;
}

/** Those fields of a row that were changed, as the audit keeps them. */
export function pickAudited(row: object, fields: readonly string[]): Prisma.InputJsonObject {
  return toAudited(
    Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field))),
  );
}
