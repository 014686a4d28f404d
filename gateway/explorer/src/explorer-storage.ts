import type { Storage as ExplorerStorage } from '@graphiql/toolkit';

const prefixes = 'plaza-explorer';
const secretKeys = ['headers'];
const privateKeys = ['headers', 'variables'];

/**
 * Where the editor keeps its tabs and history. Request headers are never written: they carry tokens,
 * and the history would save them whatever `shouldPersistHeaders` says. Variables, which may hold a
 * password, last as long as the browser tab; documents and settings stay. The page of a contract has
 * tabs of its own: what the whole graph can be asked is no operation there.
 */
export function createExplorerStorage(
  local: Storage,
  session: Storage,
  contract: string | undefined,
): ExplorerStorage {
  const prefix = contract === undefined ? `${prefixes}:` : `${prefixes}/${contract}:`;
  const write = (store: Storage, key: string, value: string, omitted: readonly string[]): void => {
    // `graphiql:<name>`; the names headers and variables hold the active tab's text alone.
    if (omitted.includes(key.slice(key.indexOf(':') + 1))) return;
    store.setItem(prefix + key, withoutKeys(value, omitted));
  };
  return {
    getItem: (key) => session.getItem(prefix + key) ?? local.getItem(prefix + key),
    setItem: (key, value) => {
      write(session, key, value, secretKeys);
      write(local, key, value, privateKeys);
    },
    removeItem: (key) => {
      session.removeItem(prefix + key);
      local.removeItem(prefix + key);
    },
    clear: () => {
      for (const key of Object.keys(local).filter((name) => name.startsWith(prefix))) {
        session.removeItem(key);
        local.removeItem(key);
      }
    },
    get length() {
      return Object.keys(local).filter((name) => name.startsWith(prefix)).length;
    },
  };
}

function withoutKeys(value: string, omitted: readonly string[]): string {
  if (!value.startsWith('{')) {
    return value;
  }
  try {
    return JSON.stringify(JSON.parse(value), (key, part) => (omitted.includes(key) ? null : part));
  } catch {
    // A GraphQL document may begin with a brace too; it is kept as it is.
    return value;
  }
}
