/** What the place of a supergraph holds now. */
export interface FoundSupergraph {
  /** Equal for equal supergraphs: what was accepted or refused before is not looked at again. */
  readonly version: string;
  /** Rejects with AppError when what was found makes no supergraph. */
  toSdl(signal: AbortSignal): Promise<string>;
}

/** A place that a supergraph comes from. */
export interface SupergraphOrigin {
  /** For messages: a path, a URL, the names of subgraphs. */
  readonly name: string;
  /**
   * Looks what is there now, at little cost when nothing has changed. Rejects with AppError
   * SUPERGRAPH_UNAVAILABLE, in one line that says what to do, when it cannot be reached.
   */
  find(signal: AbortSignal): Promise<FoundSupergraph>;
}
