import { AppError } from '@plaza/schema/errors';

/** What is wrong with an argument that only the database can judge. */
export function badInput(field: string, problem: string): AppError {
  return new AppError('BAD_USER_INPUT', `${field}: ${problem}`, { details: { field } });
}
