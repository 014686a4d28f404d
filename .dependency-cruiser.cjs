/** Which room may use which. Each rule says why; an exception is a line here, with its reason. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one: nobody can read, test or move one alone.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'schema-imports-none-of-ours',
      comment: 'The contract is what everybody stands on; it stands on nobody.',
      severity: 'error',
      from: { path: '^schema/' },
      to: { path: '^(prisma|pub-sub|gateway|subgraphs|platform|clients|bench)/' },
    },
    {
      name: 'prisma-imports-none-of-ours',
      comment: 'Databases are started and migrated without knowing whose they are.',
      severity: 'error',
      from: { path: '^prisma/' },
      to: { path: '^(pub-sub|gateway|subgraphs|platform|clients|bench)/' },
    },
    {
      name: 'pub-sub-knows-only-the-contract',
      comment: 'The gateway and the subgraphs stand on it: docs/decisions/0008.',
      severity: 'error',
      from: { path: '^pub-sub/' },
      to: { path: '^(prisma|gateway|subgraphs|platform|clients|bench)/' },
    },
    {
      name: 'gateway-knows-only-contract-and-pub-sub',
      comment: 'Somebody with five subgraphs of their own takes the gateway and leaves the rest.',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^(prisma|subgraphs|platform|clients|bench)/' },
    },
    {
      name: 'subgraphs-know-kit-prisma-pub-sub-schema',
      comment: 'A subgraph is deployed alone.',
      severity: 'error',
      from: { path: '^subgraphs/' },
      to: { path: '^(gateway|platform|clients|bench)/' },
    },
    {
      name: 'no-sideways-subgraph',
      comment: 'A subgraph never calls or imports a subgraph: it returns a reference.',
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/' },
      to: { path: '^subgraphs/', pathNot: ['^subgraphs/$1/', '^subgraphs/kit/'] },
    },
    {
      name: 'kit-knows-no-subgraph',
      comment: 'What knows one subgraph belongs into it.',
      severity: 'error',
      from: { path: '^subgraphs/kit/' },
      to: { path: '^subgraphs/(?!kit/)' },
    },
    {
      name: 'clients-know-only-the-contract',
      comment: 'A client reaches the graph as everybody else does: over the network.',
      severity: 'error',
      from: { path: '^clients/' },
      to: { path: '^(prisma|pub-sub|gateway|subgraphs|platform|bench)/' },
    },
    {
      name: 'no-sideways-client',
      comment: 'What two clients need belongs into their kit.',
      severity: 'error',
      from: { path: '^clients/([^/]+)/' },
      to: { path: '^clients/', pathNot: ['^clients/$1/', '^clients/kit/'] },
    },
    {
      name: 'client-kit-runs-anywhere',
      comment:
        'The kit runs in browsers and in React Native, which have none of Node, and needs no React.',
      severity: 'error',
      from: { path: '^clients/kit/dist/src/', pathNot: '\\.test\\.js$' },
      to: { path: '^(node_modules/(react|@apollo/client/react)/|(node:)?[a-z_]+$)' },
    },
    {
      name: 'generated-client-stays-home',
      comment: 'A database belongs to one subgraph; others get references and events.',
      severity: 'error',
      from: { pathNot: '^subgraphs/' },
      to: { path: '^subgraphs/[^/]+/dist/src/generated/' },
    },
    {
      name: 'pipeline-knows-no-http',
      comment: 'The same pipeline serves HTTP, WebSocket and tests; only the edge knows bytes.',
      severity: 'error',
      from: { path: '^gateway/dist/src/(pipeline|query-plan|supergraph)/' },
      to: { path: '^gateway/dist/src/http/' },
    },
    {
      name: 'source-imports-no-test',
      comment: 'What ships must not carry what tests it.',
      severity: 'error',
      from: { path: '/dist/src/', pathNot: '\\.test\\.js$' },
      to: { path: '(\\.test\\.js$|/dist/test/)' },
    },
  ],
  options: {
    // The compiled files are read: no parser that this tool can use knows TypeScript 7's syntax.
    // Imports of types alone vanish there; knip reports a package that is used without being listed.
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['node_modules/(?!@plaza)', 'gateway/dist/explorer/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
      mainFields: ['main'],
    },
  },
};
