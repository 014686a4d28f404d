import type { Config } from '../config.ts';
import type { Logger } from '../telemetry/logger.ts';
import { seldom } from '../telemetry/seldom.ts';
import type { PolicyDecider } from './policy-decider.ts';
import { decideByFunctions, loadPolicyFunctions } from './policy-functions.ts';
import { PolicyService } from './policy-service.ts';

const warnIntervalMs = 10_000;

/**
 * Who decides policies; undefined where nobody is configured, and each field with one is refused.
 * Rejects with AppError BAD_USER_INPUT for a module that cannot be used.
 */
export async function openPolicies(
  { policies }: Config['authorization'],
  logger: Logger,
): Promise<PolicyDecider | undefined> {
  const onFailure = seldom(warnIntervalMs, (error: unknown) =>
    logger.warn({ error }, 'policies cannot be decided'),
  );
  const { module: file, url, timeoutMs } = policies;
  if (url !== undefined) return new PolicyService(policies, onFailure);
  if (file === undefined) return undefined;
  return decideByFunctions(await loadPolicyFunctions(file), { timeoutMs, onFailure });
}
