export {
  type CachedConnection,
  createConnectionPolicy,
  createPlazaCache,
} from './cache-policies.ts';
export { createPlazaClient, type PlazaClient } from './create-plaza-client.ts';
export type { OperationIds } from './links/persisted-link.ts';
export type { RetryOptions } from './links/retry-link.ts';
export { anonymously } from './links/session-link.ts';
export type { LiveState } from './live/live-connection.ts';
export { addMoney, formatMoney, type Money } from './money.ts';
export type { LiveOptions, PlazaClientOptions } from './plaza-client-options.ts';
export { PlazaError, type PlazaErrorCode, type Remedy, toPlazaError } from './plaza-error.ts';
export type { SignedOutReason } from './session/session-keeper.ts';
export type { LogInOutcome, RegisterOutcome } from './session/sign-in.ts';
export {
  createMemoryTokenStore,
  createStorageTokenStore,
  type KeyValueStorage,
  type Locks,
  type Session,
  type TokenStore,
} from './session/token-store.ts';
export { formatInZone, msUntil } from './times.ts';
