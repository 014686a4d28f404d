import { z } from 'zod';

/** Text that a person typed, trimmed; PostgreSQL takes any character but NUL. */
export function text(lengthMax: number) {
  return z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(lengthMax, `must have at most ${lengthMax} characters`)
    .refine((value) => !value.includes('\0'), 'must not contain NUL');
}
