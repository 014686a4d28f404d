import { StartupError } from '@plaza/prisma/startup-error';
import { AppError } from '@plaza/schema/errors';

/** Writes one line for a person. */
export function printLine(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Says in one line why the command failed and makes its exit code 1. Faults of ours keep a stack. */
export function endWith(problem: unknown): void {
  const isExpected = problem instanceof StartupError || problem instanceof AppError;
  const fault = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
  process.stderr.write(`\n✖ ${isExpected ? problem.message : fault}\n`);
  process.exitCode = 1;
}
