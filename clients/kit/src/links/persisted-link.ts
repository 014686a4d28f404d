import { ApolloLink } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';

/** Ids of operations by name, as a client's build writes them. */
export type OperationIds = Readonly<Record<string, string>>;

/**
 * Names operations by the SHA-256 of their text, and sends the text along to a gateway that does not
 * know it (Apollo's automatic persisted queries). An operation without an id is sent as text.
 */
export function createPersistedLink(
  operationIds: OperationIds,
  { useGet }: { readonly useGet: boolean },
): ApolloLink {
  const named = new PersistedQueryLink({
    generateHash: (document) => operationIds[nameOf(document)] ?? '',
    useGETForHashedQueries: useGet,
  });
  return ApolloLink.split(
    ({ operationName }) => operationName !== undefined && operationName in operationIds,
    named,
  );
}

function nameOf({ definitions }: Parameters<PersistedQueryLink.Options['generateHash'] & {}>[0]) {
  for (const definition of definitions) {
    if (definition.kind === 'OperationDefinition') return definition.name?.value ?? '';
  }
  return '';
}
