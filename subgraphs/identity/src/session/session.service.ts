import { parseInput } from '@plaza/kit/parse-input';
import type { AttemptLimiter } from '../attempt/attempt-limiter.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { PasswordHasher } from '../password/password-hasher.ts';
import type { RequestOrigin } from '../request-origin.ts';
import type { UserRow, UserService } from '../user/user.service.ts';
import {
  emailLengthMax,
  emailSchema,
  type LogInInput,
  passwordLengthMax,
  type RegisterInput,
  registerSchema,
} from './session.input.ts';
import type { LogInResult, RefreshSessionResult, RegisterResult } from './session.type.ts';
import type { OpenedSession, SessionStore } from './session-store.ts';
import type { IssueToken } from './token-issuer.ts';

export interface SessionDependencies {
  readonly prisma: PrismaClient;
  readonly users: UserService;
  readonly store: SessionStore;
  readonly passwords: PasswordHasher;
  readonly attempts: AttemptLimiter;
  readonly tokens: IssueToken;
}

/** Making accounts, logging in, staying logged in. */
export class SessionService {
  readonly #use: SessionDependencies;

  constructor(dependencies: SessionDependencies) {
    this.#use = dependencies;
  }

  /** Makes a customer's account and logs it in. Throws BAD_USER_INPUT, RATE_LIMITED. */
  async register(input: RegisterInput, origin: RequestOrigin): Promise<RegisterResult> {
    const { users, store, passwords } = this.#use;
    const { email, name, password } = parseInput(registerSchema, input);
    const passwordHash = await passwords.hash(password);
    const made = await users.createCustomer(
      { email, name, passwordHash },
      origin,
      (transaction, id) => store.open(transaction, id, origin),
    );
    if (made === undefined) {
      return { __typename: 'EmailTaken', message: 'This e-mail address already has an account' };
    }
    return { __typename: 'RegisterSuccess', ...(await this.#toTokens(made.user, made.opened)) };
  }

  /** Logs somebody in; takes as long for an unknown address as for a wrong password. Throws RATE_LIMITED. */
  async logIn({ email, password }: LogInInput, origin: RequestOrigin): Promise<LogInResult> {
    const { users, passwords, attempts } = this.#use;
    const address = emailSchema.safeParse(email);
    const user = address.success ? await users.findByEmail(address.data) : null;
    const candidate = password.slice(0, passwordLengthMax + 1); // longer ones match no account
    const account = address.data ?? email.trim().toLowerCase().slice(0, emailLengthMax);
    const subject = {
      account: await this.#toSubject(account, origin),
      clientAddress: origin.clientAddress,
    };
    const outcome = await attempts.attempt(subject, async () => {
      const isRight = await passwords.verify(candidate, user?.passwordHash);
      return user !== null && isRight ? user : undefined;
    });
    if (outcome.retryAfterS !== undefined) return tooManyAttempts(outcome.retryAfterS);
    if (outcome.proof === undefined) return invalidCredentials;
    const begun = await this.#open(outcome.proof, origin);
    if ('__typename' in begun) return begun;
    return { __typename: 'LogInSuccess', ...(await this.#toTokens(begun.user, begun.opened)) };
  }

  /**
   * Opens a session for who proved a password, if it is still theirs: checking it is slow, and it may
   * have been changed, or the account suspended, meanwhile. The lock makes such a change wait until it
   * sees the session, and ends it.
   */
  async #open({ id, passwordHash }: UserRow, origin: RequestOrigin) {
    const { prisma, store } = this.#use;
    return prisma.$transaction(async (transaction) => {
      await transaction.$executeRaw`SELECT 1 FROM users WHERE id = ${id}::uuid FOR SHARE`;
      const user = await transaction.user.findUniqueOrThrow({ where: { id } });
      if (user.passwordHash !== passwordHash) return invalidCredentials;
      if (user.suspendedAt !== null) return accountSuspended;
      return { user, opened: await store.open(transaction, id, origin) };
    });
  }

  /** Exchanges a refresh token for a new pair of tokens with the user's present roles. */
  async refresh(refreshToken: string, origin: RequestOrigin): Promise<RefreshSessionResult> {
    const rotation = await this.#use.store.rotate(refreshToken, origin);
    if (rotation.outcome === 'revoked') {
      return { __typename: 'SessionRevoked', message: 'This session was ended: log in again' };
    }
    if (rotation.outcome === 'expired') {
      return { __typename: 'SessionExpired', message: 'This session is over: log in again' };
    }
    const tokens = await this.#toTokens(rotation.user, rotation);
    return { __typename: 'RefreshSessionSuccess', ...tokens };
  }

  /**
   * Guesses from elsewhere must not keep a person out at home: an address from which the account was
   * used before is counted by itself.
   */
  async #toSubject(email: string, { clientAddress }: RequestOrigin): Promise<string> {
    if (clientAddress === undefined) return email;
    const isKnown = await this.#use.store.isKnownAddress(email, clientAddress);
    return isKnown ? `${email} at ${clientAddress}` : email;
  }

  async #toTokens(user: UserRow, { sessionId, refreshToken }: OpenedSession) {
    const issued = await this.#use.tokens({ user, sessionId });
    return { user: { ...user, isProvenViewer: true }, refreshToken, ...issued };
  }
}

const invalidCredentials = {
  __typename: 'InvalidCredentials',
  message: 'E-mail address or password is wrong',
} as const;

const accountSuspended = {
  __typename: 'AccountSuspended',
  message: 'This account is suspended: ask the organizer’s support',
} as const;

/** What to answer to an attempt that came too soon after failed ones. */
export function tooManyAttempts(retryAfterS: number) {
  const message = `Too many failed attempts: try again in ${retryAfterS} s`;
  return { __typename: 'TooManyAttempts', message, retryAfterS } as const;
}
