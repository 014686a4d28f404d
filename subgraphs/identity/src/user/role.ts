import type { Role as SchemaRole } from '@plaza/schema/scopes';
import { registerEnumType } from 'type-graphql';

/** The roles of the graph, as GraphQL values. */
export const Role = {
  CUSTOMER: 'CUSTOMER',
  GATE_STAFF: 'GATE_STAFF',
  SELLER: 'SELLER',
  SUPERVISOR: 'SUPERVISOR',
  ADMINISTRATOR: 'ADMINISTRATOR',
} as const satisfies Record<SchemaRole, SchemaRole>;
export type Role = SchemaRole;

registerEnumType(Role, {
  name: 'Role',
  description: 'Who somebody is in the platform; a role stands for a set of scopes.',
  valuesConfig: {
    CUSTOMER: { description: 'Buys and attends; every account starts as one.' },
    GATE_STAFF: { description: 'Lets ticket holders in at the gates.' },
    SELLER: { description: 'Sells at the box office.' },
    SUPERVISOR: { description: 'Runs events and looks after sellers and customers.' },
    ADMINISTRATOR: { description: 'May do everything.' },
  },
});
