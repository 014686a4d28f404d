import { AppError } from '@plaza/schema/errors';
import type { LoadGuard } from '../overload/load-guard.ts';

/** Throws AppError OVERLOADED while the process has more to do than it can. */
export function shedLoad(load: Pick<LoadGuard, 'refusal'>): void {
  const cause = load.refusal();
  if (cause !== undefined) throw new AppError('OVERLOADED', `New operations are refused: ${cause}`);
}
