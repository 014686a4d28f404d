/**
 * The directives by which a subgraph says which topic feeds a subscription field, and which of its
 * events pass to whom. gateway/README.md explains them.
 */

/** Identity of the specification; subgraphs link to a version of it. */
export const eventSourceIdentity = 'https://specs.plaza.dev/eventSource';

/** What a subgraph adds to its SDL to use the directives. */
export const eventSourceSdl = `extend schema
  @link(url: "${eventSourceIdentity}/v1.1", import: ["@eventSource", "@eventFilter"])
  @composeDirective(name: "@eventSource")
  @composeDirective(name: "@eventFilter")

directive @eventSource(topic: String!, evicts: Boolean! = true) on FIELD_DEFINITION

directive @eventFilter(
  field: String!
  in: [String!]!
  orScopes: [[String!]!]
) repeatable on FIELD_DEFINITION`;
