import { AppError } from '@plaza/schema/errors';
import type { OperationTypeNode } from 'graphql';
import type { NormalizedOperation } from './normalize-operation.ts';

/**
 * Refuses operations that the request's transport must not carry. Throws AppError
 * METHOD_NOT_ALLOWED for a mutation by GET, BAD_REQUEST for a subscription without a stream.
 */
export function requireAllowedType(
  { operation }: NormalizedOperation,
  allowed: readonly `${OperationTypeNode}`[],
): void {
  if (allowed.includes(operation.operation)) return;
  if (operation.operation === 'subscription') {
    throw new AppError('BAD_REQUEST', 'Subscriptions are not served over this transport');
  }
  throw new AppError('METHOD_NOT_ALLOWED', 'Send mutations with POST');
}
