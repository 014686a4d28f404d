/** What a subgraph adds to its SDL to say how long its fields may be kept. gateway/README.md explains. */
export const cacheControlSdl = `directive @cacheControl(
  maxAge: Int
  scope: CacheControlScope
  inheritMaxAge: Boolean
  staleIfError: Int
  varyByScopes: [String!]
) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION

"""For whom an answer may be kept."""
enum CacheControlScope @inaccessible {
  """The same for everybody."""
  PUBLIC
  """Not the same for everybody."""
  PRIVATE
}`;
