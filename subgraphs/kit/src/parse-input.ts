import { AppError } from '@plaza/schema/errors';
import type { z } from 'zod';

/**
 * Checks and normalises an input by its zod schema. Throws BAD_USER_INPUT whose message says what is
 * wrong with each field, and whose `field` is the first of them.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const field = first === undefined ? 'input' : fieldOf(first);
  const problems = result.error.issues.map((issue) => `${fieldOf(issue)}: ${issue.message}`);
  throw new AppError('BAD_USER_INPUT', problems.join('; '), { details: { field } });
}

function fieldOf(issue: z.core.$ZodIssue): string {
  return issue.path.length === 0 ? 'input' : issue.path.map(String).join('.');
}
