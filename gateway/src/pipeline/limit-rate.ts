import { AppError } from '@plaza/schema/errors';
import type {
  RateAllowance,
  RateLimiter,
  RateRule,
  RateSubject,
} from '../rate-limits/rate-limiter.ts';
import { concerns } from '../rate-limits/rate-limiter.ts';

/** What is known of an operation that may cost its sender something. */
export interface RatedOperation {
  readonly subject: RateSubject;
  /** Told what is left, also when it is too little. */
  readonly onAllowances: (allowances: readonly RateAllowance[]) => void;
}

/**
 * Counts a request before anything of it is looked at. Throws AppError RATE_LIMITED that says which
 * rule it is, what it allows and when there is enough again.
 */
export async function limitRequests(limiter: RateLimiter, rated: RatedOperation): Promise<void> {
  const rules = limiter.rules.filter(
    (rule) => rule.unit === 'requests' && rule.fields.length === 0 && concerns(rule, rated.subject),
  );
  await limit(limiter, rules, () => 1, rated);
}

/** The same for rules about cost, or about fields, once it is known what is asked for. */
export async function limitOperation(
  limiter: RateLimiter,
  { cost, selects }: { readonly cost: number; readonly selects: ReadonlySet<string> },
  rated: RatedOperation,
): Promise<void> {
  const rules = limiter.rules.filter(
    (rule) =>
      (rule.unit === 'cost' || rule.fields.length > 0) &&
      selectsFieldOf(rule, selects) &&
      concerns(rule, rated.subject),
  );
  await limit(limiter, rules, ({ unit }) => (unit === 'cost' ? cost : 1), rated);
}

/** Whether a rule is about an operation that selects these fields. */
export function selectsFieldOf({ fields }: RateRule, selects: ReadonlySet<string>): boolean {
  return fields.length === 0 || fields.some((field) => selects.has(field));
}

async function limit(
  limiter: RateLimiter,
  rules: readonly RateRule[],
  amountOf: (rule: RateRule) => number,
  { subject, onAllowances }: RatedOperation,
): Promise<void> {
  if (rules.length === 0) return;
  const allowances = await limiter.take(rules, subject, amountOf);
  onAllowances(allowances);
  const exceeded = allowances.find(({ isAllowed }) => !isAllowed);
  if (exceeded === undefined) return;
  const { name, limit: allowed, windowMs, retryMs } = exceeded;
  const what = rules.find((rule) => rule.name === name)?.unit ?? 'requests';
  const seconds = Math.ceil(retryMs / 1_000);
  throw new AppError(
    'RATE_LIMITED',
    `"${name}" allows ${allowed} ${what} in ${windowMs / 1_000} s: try again in ${seconds} s.`,
  );
}
