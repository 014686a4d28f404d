/** Where operations go: those of a contract below those of all. */
export function graphqlPath(contract: string | undefined): string {
  return contract === undefined ? '/graphql' : `/graphql/${contract}`;
}

/** Where the explorer shows the whole graph, or a contract. */
export function explorerPath(contract: string | undefined): string {
  return contract === undefined ? '/explorer/' : `/explorer/${contract}/`;
}
