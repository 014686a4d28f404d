import type { Answer } from './answer.ts';
import { errorPathsOf, isEqualData } from './answer.ts';
import type { DifferenceRule } from './explain-difference.ts';
import { explainDifference } from './explain-difference.ts';
import { isCoveredBy } from './located-errors.ts';
import type { ExpectedAnswer, OracleOperation } from './oracle-graph.ts';

/** What the engines answered to one operation; an engine that was not asked is undefined. */
export interface Answers {
  readonly ours: Answer;
  readonly apollo: Answer | undefined;
  readonly monolith: Answer | undefined;
}

export interface Verdict {
  /** What is wrong, one sentence each; empty when all is explained. */
  readonly faults: readonly string[];
  /** The rules that explain where ours and Apollo differ. */
  readonly rules: readonly DifferenceRule[];
}

/** Judges our answer by the expected one and the monolith, then explains each difference to Apollo. */
export function checkOperation(
  operation: OracleOperation,
  supergraphSdl: string,
  answers: Answers,
): Verdict {
  const { ours, apollo, monolith } = answers;
  const faults = [
    ...(operation.expected === undefined ? [] : faultsByExpected(ours, operation.expected)),
    ...(monolith === undefined ? [] : faultsByMonolith(ours, monolith)),
  ];
  const isRight = faults.length === 0 && (operation.expected ?? monolith) !== undefined;
  if (apollo === undefined) return { faults, rules: [] };

  const comparison = { supergraphSdl, operation, ours, apollo };
  const rules: DifferenceRule[] = [];
  if (!isEqualData(ours.data, apollo.data)) {
    const rule = isRight ? explainDifference('data', comparison) : undefined;
    if (rule === undefined) faults.push('The data differ from Apollo’s, and no rule says why.');
    else rules.push(rule);
  }
  if (!isEqualData(errorPathsOf(ours), errorPathsOf(apollo))) {
    const rule = isRight ? explainDifference('errors', comparison) : undefined;
    if (rule === undefined) faults.push('The errors differ from Apollo’s, and no rule says why.');
    else rules.push(rule);
  }
  const isSamePlan = !rules.some(({ explains }) => explains === 'data');
  if (isSamePlan && (ours.subgraphCalls ?? 0) > (apollo.subgraphCalls ?? 0)) {
    faults.push('Ours makes more calls to subgraphs than Apollo.');
  }
  return { faults, rules };
}

function faultsByExpected(ours: Answer, expected: ExpectedAnswer): string[] {
  const faults: string[] = [];
  if (!isEqualData(ours.data, expected.data)) faults.push('The data are not those expected.');
  const { errors = [] } = expected;
  const hasExpectedErrors =
    errors === 'some' ? ours.errors.length > 0 : isEqualData(errorPathsOf(ours), errors.toSorted());
  if (!hasExpectedErrors) faults.push('The errors are not those expected.');
  return faults;
}

function faultsByMonolith(ours: Answer, monolith: Answer): string[] {
  const faults: string[] = [];
  if (!isEqualData(ours.data, monolith.data)) faults.push('The data differ from the monolith’s.');
  if (!isCoveredBy(ours.errors, monolith.errors) || !isCoveredBy(monolith.errors, ours.errors)) {
    faults.push('The errors differ from the monolith’s.');
  }
  return faults;
}
