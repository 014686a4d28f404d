/** Which part of the graph a contract shows (Apollo's contracts, by `@tag`). */
export interface ContractFilter {
  readonly name: string;
  /** Fields and unions need one of these tags to be seen; none: everything that is not excluded. */
  readonly include: readonly string[];
  /** What has one of these tags is hidden, whatever else it has. */
  readonly exclude: readonly string[];
  /** Whether types that nothing leads to any more are hidden. */
  readonly hideUnreachableTypes: boolean;
}

/** What the clients of a contract see. */
export interface ContractSdl {
  readonly name: string;
  readonly apiSdl: string;
  /** Tags of its filter that nothing has: misspelt, or not in use yet. */
  readonly unknownTags: readonly string[];
}
