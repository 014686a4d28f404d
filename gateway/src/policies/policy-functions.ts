import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { AppError } from '@plaza/schema/errors';
import type { PolicyDecider, PolicySubject } from './policy-decider.ts';
import { toSubject } from './policy-decider.ts';
import { settleWithin } from './settle-within.ts';

/**
 * Tells whether a viewer meets the policy. Only `true` does. The signal aborts when its time is over.
 */
export type PolicyFunction = (
  subject: PolicySubject,
  options: { readonly signal: AbortSignal },
) => boolean | Promise<boolean>;

export type PolicyFunctions = ReadonlyMap<string, PolicyFunction>;

/**
 * Loads functions by the names of their policies: the keys of the module's default export, or its own
 * exports. Rejects with AppError BAD_USER_INPUT that names the file and what is wrong with it.
 */
export async function loadPolicyFunctions(file: string): Promise<PolicyFunctions> {
  if (!existsSync(file)) throw wrong(file, 'there is no such file');
  let exported: { readonly default?: unknown };
  try {
    exported = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (error) {
    throw wrong(file, `cannot be loaded (${String(error)})`, error);
  }
  const functions = new Map<string, PolicyFunction>();
  const own: unknown = exported.default ?? exported;
  if (typeof own !== 'object' || own === null) throw wrong(file, 'exports no functions by name');
  for (const [name, policy] of Object.entries(own)) {
    if (typeof policy !== 'function') throw wrong(file, `policy "${name}" is not a function`);
    functions.set(name, policy as PolicyFunction);
  }
  if (functions.size === 0) throw wrong(file, 'exports no functions by name');
  return functions;
}

/** Decides by functions. One that is missing is not met; one that throws or is late decides nothing. */
export function decideByFunctions(
  functions: PolicyFunctions,
  { timeoutMs, onFailure }: { timeoutMs: number; onFailure: (error: unknown) => void },
): PolicyDecider {
  const decideOne = async (
    policy: string,
    subject: PolicySubject,
  ): Promise<boolean | undefined> => {
    const decide = functions.get(policy);
    if (decide === undefined) return false;
    try {
      return (await settleWithin(timeoutMs, (signal) => decide(subject, { signal }))) === true;
    } catch (error) {
      onFailure(error);
      return undefined;
    }
  };
  return {
    decide: async (policies, viewer) => {
      const subject = toSubject(viewer);
      const decided = policies.map(
        async (policy) => [policy, await decideOne(policy, subject)] as const,
      );
      return new Map(await Promise.all(decided));
    },
  };
}

function wrong(file: string, what: string, cause?: unknown): AppError {
  return new AppError('BAD_USER_INPUT', `Policies (${file}): ${what}`, { cause });
}
