import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQueryable,
} from '@prisma/driver-adapter-utils';

/** Reports the SQL of every query that goes through the adapter, transactions included. */
export function observeQueries(
  factory: SqlDriverAdapterFactory,
  onQuery: (sql: string) => void,
): SqlDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => observeAdapter(await factory.connect(), onQuery),
  };
}

function observeAdapter(
  adapter: SqlDriverAdapter,
  onQuery: (sql: string) => void,
): SqlDriverAdapter {
  observe(adapter, onQuery);
  const startTransaction = adapter.startTransaction.bind(adapter);
  adapter.startTransaction = async (level) => {
    const transaction = await startTransaction(level);
    observe(transaction, onQuery);
    return transaction;
  };
  return adapter;
}

function observe(queryable: SqlQueryable, onQuery: (sql: string) => void): void {
  const queryRaw = queryable.queryRaw.bind(queryable);
  const executeRaw = queryable.executeRaw.bind(queryable);
  queryable.queryRaw = (query) => {
    onQuery(query.sql);
    return queryRaw(query);
  };
  queryable.executeRaw = (query) => {
    onQuery(query.sql);
    return executeRaw(query);
  };
}
