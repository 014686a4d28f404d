/** What a viewer may do. A scope is `<resource>:<action>`; tokens carry them space-separated. */
export const scopes = [
  'user:read',
  'user:write',
  'role:write',
  'audit:read',
  'api-client:read',
  'api-client:write',
  'signing-key:write',
  'event:write',
  'event:approve',
  'price:write',
  'order:read',
  'order:write',
  'payment:read',
  'payment:write',
  'message:operate',
] as const;

export type Scope = (typeof scopes)[number];

/** Who somebody is in the platform. A role is a name for a set of scopes. */
export const roleScopes = {
  CUSTOMER: [],
  GATE_STAFF: [],
  SELLER: ['order:read', 'order:write', 'payment:read'],
  SUPERVISOR: [
    'user:read',
    'event:write',
    'event:approve',
    'price:write',
    'order:read',
    'order:write',
    'payment:read',
  ],
  ADMINISTRATOR: scopes,
} as const satisfies Record<string, readonly Scope[]>;

export type Role = keyof typeof roleScopes;
