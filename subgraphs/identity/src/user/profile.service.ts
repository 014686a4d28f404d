import { parseInput } from '@plaza/kit/parse-input';
import type { AttemptLimiter } from '../attempt/attempt-limiter.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { PasswordHasher } from '../password/password-hasher.ts';
import type { RequestOrigin } from '../request-origin.ts';
import { passwordLengthMax } from '../session/session.input.ts';
import { tooManyAttempts } from '../session/session.service.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { ChangePasswordResult } from './profile.type.ts';
import {
  type ChangePasswordInput,
  changePasswordSchema,
  type UpdateProfileInput,
  updateProfileSchema,
} from './user.input.ts';
import type { UserRow } from './user.service.ts';

export interface ProfileDependencies {
  readonly prisma: PrismaClient;
  readonly passwords: PasswordHasher;
  readonly attempts: AttemptLimiter;
  readonly store: SessionStore;
  readonly now: () => number;
}

/** What somebody may change of their own account. */
export class ProfileService {
  readonly #use: ProfileDependencies;

  constructor(dependencies: ProfileDependencies) {
    this.#use = dependencies;
  }

  /** Changes the given fields. Throws BAD_USER_INPUT that names the field. */
  async update(user: UserRow, input: UpdateProfileInput, origin: RequestOrigin): Promise<UserRow> {
    const { name, locale, phone } = parseInput(updateProfileSchema, input);
    const after = {
      ...(name != null && { name }),
      ...(locale != null && { locale }),
      ...(phone !== undefined && { phone }),
    };
    if (Object.keys(after).length === 0) return user;
    const fields = Object.keys(after) as (keyof typeof after)[];
    const before = Object.fromEntries(fields.map((field) => [field, user[field]]));
    return this.#use.prisma.$transaction(async (transaction) => {
      const record = { action: 'user.profile_updated', entityType: 'User' } as const;
      const change = { ...record, entityId: user.id, before, after };
      await recordAudit(transaction, origin, change, new Date(this.#use.now()));
      return transaction.user.update({ where: { id: user.id }, data: after });
    });
  }

  /** Changes the password and ends all sessions but this one. Throws BAD_USER_INPUT, RATE_LIMITED. */
  async changePassword(
    user: UserRow,
    input: ChangePasswordInput,
    {
      origin,
      sessionId,
    }: { readonly origin: RequestOrigin; readonly sessionId?: string | undefined },
  ): Promise<ChangePasswordResult> {
    const { prisma, passwords, attempts, store, now } = this.#use;
    const { oldPassword, newPassword } = parseInput(changePasswordSchema, input);
    const subject = { account: `password of ${user.id}`, clientAddress: origin.clientAddress };
    const outcome = await attempts.attempt(subject, async () => {
      const candidate = oldPassword.slice(0, passwordLengthMax + 1);
      return (await passwords.verify(candidate, user.passwordHash)) || undefined;
    });
    if (outcome.retryAfterS !== undefined) return tooManyAttempts(outcome.retryAfterS);
    if (outcome.proof === undefined) {
      return { __typename: 'WrongPassword', message: 'The old password is wrong' };
    }
    const passwordHash = await passwords.hash(newPassword);
    const endedTotal = await prisma.$transaction(async (transaction) => {
      await transaction.user.update({ where: { id: user.id }, data: { passwordHash } });
      const record = { action: 'user.password_changed', entityType: 'User' } as const;
      await recordAudit(transaction, origin, { ...record, entityId: user.id }, new Date(now()));
      return store.end({ userId: user.id, exceptId: sessionId }, origin, transaction);
    });
    return { __typename: 'PasswordChanged', endedTotal };
  }
}
