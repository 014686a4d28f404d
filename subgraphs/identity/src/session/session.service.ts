import { parseInput } from '@plaza/kit/parse-input';
import type { PasswordHasher } from '../password/password-hasher.ts';
import type { UserRow, UserService } from '../user/user.service.ts';
import {
  emailSchema,
  type LogInInput,
  passwordLengthMax,
  type RegisterInput,
  registerSchema,
} from './session.input.ts';
import type { LogInResult, RegisterResult } from './session.type.ts';
import type { IssueToken } from './token-issuer.ts';

export interface SessionDependencies {
  readonly users: UserService;
  readonly passwords: PasswordHasher;
  readonly tokens: IssueToken;
}

/** Making accounts and logging in. */
export class SessionService {
  readonly #users: UserService;
  readonly #passwords: PasswordHasher;
  readonly #issueToken: IssueToken;

  constructor({ users, passwords, tokens }: SessionDependencies) {
    this.#users = users;
    this.#passwords = passwords;
    this.#issueToken = tokens;
  }

  /** Makes a customer's account and logs it in. Throws BAD_USER_INPUT, RATE_LIMITED. */
  async register(input: RegisterInput): Promise<RegisterResult> {
    const { email, name, password } = parseInput(registerSchema, input);
    const passwordHash = await this.#passwords.hash(password);
    const user = await this.#users.createCustomer({ email, name, passwordHash });
    if (user === undefined) {
      return { __typename: 'EmailTaken', message: 'This e-mail address already has an account' };
    }
    return { __typename: 'RegisterSuccess', ...(await this.#open(user)) };
  }

  /** Logs somebody in; takes as long for an unknown address as for a wrong password. Throws RATE_LIMITED. */
  async logIn({ email, password }: LogInInput): Promise<LogInResult> {
    const address = emailSchema.safeParse(email);
    const user = address.success ? await this.#users.findByEmail(address.data) : null;
    const candidate = password.slice(0, passwordLengthMax + 1); // longer ones match no account
    const isRight = await this.#passwords.verify(candidate, user?.passwordHash);
    if (user === null || !isRight) {
      return { __typename: 'InvalidCredentials', message: 'E-mail address or password is wrong' };
    }
    return { __typename: 'LogInSuccess', ...(await this.#open(user)) };
  }

  async #open(user: UserRow) {
    return { user: { ...user, isProvenViewer: true }, ...(await this.#issueToken(user)) };
  }
}
