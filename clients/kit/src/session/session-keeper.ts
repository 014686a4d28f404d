import type { RefreshRefusal, RefreshSession } from './refresh-session.ts';
import type { Session, TokenStore } from './token-store.ts';

/** `left`: by signing out here. `elsewhere`: another page has signed out. */
export type SignedOutReason = RefreshRefusal | 'left' | 'elsewhere';

export type SessionChange =
  | { readonly kind: 'signedIn' | 'renewed'; readonly session: Session }
  | { readonly kind: 'signedOut'; readonly reason: SignedOutReason };

export interface SessionKeeperOptions {
  readonly store: TokenStore;
  readonly refresh: RefreshSession;
  /** How long before its end an access token is renewed. */
  readonly renewBeforeMs: number;
  readonly onChange: (change: SessionChange) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Has an access token that holds whenever one is asked for; renews it once, however many ask. */
export class SessionKeeper {
  readonly #options: SessionKeeperOptions;
  readonly #now: () => number;
  #session: Session | undefined;
  #reading: Promise<void> | undefined;
  #renewal: Promise<string | undefined> | undefined;
  /** A token that this machine's clock, which is wrong, takes for ended. */
  #untilRefused: string | undefined;

  constructor(options: SessionKeeperOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** The session at hand, once it was read. */
  async current(): Promise<Session | undefined> {
    this.#reading ??= this.#read();
    await this.#reading;
    return this.#session;
  }

  /** Undefined for somebody who is not signed in. Rejects with PlazaError when it cannot be renewed. */
  async accessToken(): Promise<string | undefined> {
    const session = await this.current();
    if (session === undefined) return undefined;
    const { accessToken } = session;
    if (this.msUntilRenewal(session) > 0 || accessToken === this.#untilRefused) return accessToken;
    const isOver = this.#msLeft(session) <= 0;
    // It still holds for a moment: better than nothing while nobody answers.
    return this.renew(accessToken).catch((error: unknown) => {
      if (isOver) throw error;
      return accessToken;
    });
  }

  /** How long the token is good without being renewed; below zero when that is due. */
  msUntilRenewal(session: Session): number {
    return this.#msLeft(session) - this.#options.renewBeforeMs;
  }

  /**
   * The token that takes the place of one that was refused or is about to end. Undefined when the
   * session is over. Rejects with PlazaError when nobody can say.
   */
  async renew(refused: string): Promise<string | undefined> {
    const session = await this.current();
    if (session === undefined || session.accessToken !== refused) return session?.accessToken;
    this.#renewal ??= this.#exclusively(() => this.#renew(session)).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async signIn({ accessToken, expiresAt, refreshToken }: Session): Promise<void> {
    await this.current();
    const session = { accessToken, expiresAt, refreshToken };
    await this.#take(session, 'signedIn');
  }

  async signOut(): Promise<void> {
    await this.current();
    await this.#end('left');
  }

  async #read(): Promise<void> {
    this.#session = await this.#options.store.read();
  }

  async #renew(session: Session): Promise<string | undefined> {
    const stored = await this.#options.store.read();
    if (stored === undefined) {
      await this.#end('elsewhere');
      return undefined;
    }
    if (stored.accessToken !== session.accessToken) {
      this.#adopt(stored, 'renewed'); // another page was faster
      return stored.accessToken;
    }
    const outcome = await this.#options.refresh(session.refreshToken);
    // Somebody has signed in or out while it was under way.
    if (this.#session !== session) return this.#session?.accessToken;
    if (outcome.session === undefined) {
      await this.#end(outcome.refusal);
      return undefined;
    }
    await this.#take(outcome.session, 'renewed');
    return outcome.session.accessToken;
  }

  async #take(session: Session, kind: 'signedIn' | 'renewed'): Promise<void> {
    this.#session = session;
    await this.#options.store.write(session);
    this.#adopt(session, kind);
  }

  #adopt(session: Session, kind: 'signedIn' | 'renewed'): void {
    this.#session = session;
    this.#untilRefused = this.msUntilRenewal(session) <= 0 ? session.accessToken : undefined;
    this.#options.onChange({ kind, session });
  }

  async #end(reason: SignedOutReason): Promise<void> {
    if (this.#session === undefined) return;
    this.#session = undefined;
    await this.#options.store.clear();
    this.#options.onChange({ kind: 'signedOut', reason });
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const { store } = this.#options;
    return store.exclusively === undefined ? work() : store.exclusively(work);
  }

  #msLeft(session: Session): number {
    return Date.parse(session.expiresAt) - this.#now();
  }
}
