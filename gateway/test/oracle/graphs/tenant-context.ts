import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const tenants = [
  { id: 't1', locale: 'es', invoices: ['i1', 'i2'] },
  { id: 't2', locale: 'en', invoices: ['i3'] },
];
const price = (row: { id: string }, { locale }: { locale: string }) => `${row.id} in ${locale}`;

/** `@context` and `@fromContext`: an argument that an ancestor's field fills. */
export const tenantContext: OracleGraph = {
  name: 'tenant-context',
  refusedByApollo: 'context/v0.1 is for: SECURITY but is unsupported',
  subgraphs: [
    defineSubgraph({
      name: 'tenants',
      typeDefs: `
        type Query { tenants: [Tenant!]! }
        type Tenant @key(fields: "id") @context(name: "tenant") {
          id: ID!
          locale: String!
          invoices: [Invoice!]!
        }
        type Invoice @key(fields: "id") {
          id: ID!
          text(locale: String @fromContext(field: "$tenant { locale }")): String!
        }`,
      resolvers: {
        Query: { tenants: () => tenants },
        Tenant: {
          __resolveReference: ({ id }) => findBy(tenants, 'id', id),
          invoices: (row: { invoices: string[] }) => row.invoices.map((id) => ({ id })),
        },
        Invoice: { text: price },
      },
    }),
  ],
  monolith: {
    Query: { tenants: () => tenants },
    Tenant: {
      invoices: (row: { invoices: string[]; locale: string }) =>
        row.invoices.map((id) => ({ id, locale: row.locale })),
    },
    Invoice: { text: (row: { id: string; locale: string }) => price(row, row) },
  },
  operations: {
    'an argument from the context': '{ tenants { invoices { text } } }',
    'an argument from the context, whose source is selected too':
      '{ tenants { locale invoices { id text } } }',
    'nothing that needs the context': '{ tenants { id invoices { id } } }',
  },
};
