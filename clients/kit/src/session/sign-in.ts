import type { ApolloClient } from '@apollo/client';
import {
  LogInDocument,
  type LogInMutation,
  LogOutDocument,
  RegisterDocument,
  type RegisterMutation,
} from '../generated/graphql.ts';
import { anonymously } from '../links/session-link.ts';
import { PlazaError } from '../plaza-error.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { Session } from './token-store.ts';

/** A success or one of the graph's refusals, told apart by `__typename`. */
export type LogInOutcome = LogInMutation['logIn'];
export type RegisterOutcome = RegisterMutation['register'];

/** Begins and ends sessions. Passwords and tokens stay out of the cache. */
export class SignIn {
  readonly #apollo: ApolloClient;
  readonly #keeper: SessionKeeper;

  constructor(apollo: ApolloClient, keeper: SessionKeeper) {
    this.#apollo = apollo;
    this.#keeper = keeper;
  }

  async logIn(input: { email: string; password: string }): Promise<LogInOutcome> {
    const { data } = await this.#apollo.mutate({
      mutation: LogInDocument,
      variables: { input },
      context: anonymously,
      fetchPolicy: 'no-cache',
    });
    const outcome = orThrow(data).logIn;
    if (outcome.__typename === 'LogInSuccess') await this.#begin(outcome);
    return outcome;
  }

  async register(input: {
    email: string;
    name: string;
    password: string;
  }): Promise<RegisterOutcome> {
    const { data } = await this.#apollo.mutate({
      mutation: RegisterDocument,
      variables: { input },
      context: anonymously,
      fetchPolicy: 'no-cache',
    });
    const outcome = orThrow(data).register;
    if (outcome.__typename === 'RegisterSuccess') await this.#begin(outcome);
    return outcome;
  }

  async signOut(): Promise<void> {
    const session = await this.#keeper.current();
    if (session === undefined) return;
    await this.#keeper.signOut();
    // Whoever has no network is signed out here all the same; the token ends by itself.
    await this.#apollo
      .mutate({
        mutation: LogOutDocument,
        variables: { refreshToken: session.refreshToken },
        context: anonymously,
        fetchPolicy: 'no-cache',
      })
      .catch(() => undefined);
  }

  /** What was read before was read as somebody else. */
  async #begin(session: Session): Promise<void> {
    await this.#keeper.signIn(session);
    // Errors of pages that read again are theirs.
    await this.#apollo.resetStore().catch(() => undefined);
  }
}

function orThrow<T>(data: T | null | undefined): T {
  if (!data) throw new PlazaError('UNKNOWN', 'The graph answers nothing');
  return data;
}
