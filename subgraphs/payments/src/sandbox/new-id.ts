import { randomBytes } from 'node:crypto';

/** An id that nobody can guess, with a prefix that says what it names. */
export function newId(prefix: 'pay' | 'ref' | 'evt' | 'chl'): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}
