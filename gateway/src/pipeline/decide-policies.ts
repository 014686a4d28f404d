import type { Viewer } from '../identity/viewer.ts';
import type { PolicyDecider, PolicyDecisions } from '../policies/policy-decider.ts';
import type { GraphView } from '../supergraph/snapshot.ts';
import { policiesOf } from './authorize-operation.ts';
import type { NormalizedOperation } from './normalize-operation.ts';

/**
 * Has the policies decided that fields of the operation are under; undefined, and nobody is asked,
 * where there is none, no viewer, or nobody to decide.
 */
export function decidePolicies(
  operation: NormalizedOperation,
  view: GraphView,
  viewer: Viewer | undefined,
  decider: PolicyDecider | undefined,
): Promise<PolicyDecisions> | undefined {
  if (decider === undefined || viewer === undefined || view.accessRules.size === 0) {
    return undefined;
  }
  const policies = policiesOf(operation, view);
  return policies.length === 0 ? undefined : decider.decide(policies, viewer);
}
