/** What keeps somebody signed in. */
export interface Session {
  readonly accessToken: string;
  /** When the access token ends, as the graph writes times. */
  readonly expiresAt: string;
  /** Good for one renewal. As secret as a password. */
  readonly refreshToken: string;
}

/**
 * Where a session is kept between starts. A web client may keep it in `localStorage`, a React Native
 * one in the keychain, a test in memory.
 */
export interface TokenStore {
  read(): Promise<Session | undefined>;
  write(session: Session): Promise<void>;
  clear(): Promise<void>;
  /**
   * Runs the work while no other page that shares the store does. Without it two pages may renew with
   * one refresh token, and the graph then ends the session.
   */
  exclusively?<T>(work: () => Promise<T>): Promise<T>;
}

/** Forgets everything at the end of the process. */
export function createMemoryTokenStore(initial?: Session): TokenStore {
  let kept = initial;
  return {
    read: async () => kept,
    write: async (session) => {
      kept = session;
    },
    clear: async () => {
      kept = undefined;
    },
  };
}

type Awaitable<T> = T | Promise<T>;

/** What `localStorage`, AsyncStorage, and a keychain behind three lines have in common. */
export interface KeyValueStorage {
  getItem(key: string): Awaitable<string | null>;
  setItem(key: string, value: string): Awaitable<unknown>;
  removeItem(key: string): Awaitable<unknown>;
}

/** `navigator.locks`, in browsers. */
export interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Keeps the session as one text. Pass `navigator.locks` where several pages share the storage. */
export function createStorageTokenStore(
  storage: KeyValueStorage,
  { key = 'plaza-session', locks }: { readonly key?: string; readonly locks?: Locks } = {},
): TokenStore {
  return {
    read: async () => parseSession(await storage.getItem(key)),
    write: async (session) => {
      await storage.setItem(key, JSON.stringify(session));
    },
    clear: async () => {
      await storage.removeItem(key);
    },
    ...(locks === undefined
      ? {}
      : { exclusively: <T>(work: () => Promise<T>) => locks.request<T>(key, work) }),
  };
}

/** Undefined for what another version, or a person, has written there. */
function parseSession(text: string | null): Session | undefined {
  if (text === null) return undefined;
  try {
    const { accessToken, expiresAt, refreshToken } = JSON.parse(text) as Record<string, unknown>;
    const isWhole = [accessToken, expiresAt, refreshToken].every(
      (part) => typeof part === 'string',
    );
    return isWhole ? ({ accessToken, expiresAt, refreshToken } as Session) : undefined;
  } catch {
    return undefined;
  }
}
