import type { Role } from './scopes.ts';

/** One account that the seeds create, with the password that the start banner shows. */
export interface DemoAccount {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

/** Password of every demo account; seeds refuse to run with NODE_ENV=production. */
export const demoPassword = 'plaza-demo-1';

/** The people that the seeds of all subgraphs agree on. */
export const demoAccounts = {
  administrator: {
    id: '01940000-0000-7000-8000-000000000001',
    email: 'admin@plaza.example',
    name: 'Alma Reyes',
    role: 'ADMINISTRATOR',
  },
  supervisor: {
    id: '01940000-0000-7000-8000-000000000002',
    email: 'supervisor@plaza.example',
    name: 'Saúl Ortega',
    role: 'SUPERVISOR',
  },
  seller: {
    id: '01940000-0000-7000-8000-000000000003',
    email: 'seller@plaza.example',
    name: 'Teresa Cruz',
    role: 'SELLER',
  },
  gateStaff: {
    id: '01940000-0000-7000-8000-000000000004',
    email: 'gate@plaza.example',
    name: 'Gil Navarro',
    role: 'GATE_STAFF',
  },
  ana: {
    id: '01940000-0000-7000-8000-000000000011',
    email: 'ana@plaza.example',
    name: 'Ana Torres',
    role: 'CUSTOMER',
  },
  luis: {
    id: '01940000-0000-7000-8000-000000000012',
    email: 'luis@plaza.example',
    name: 'Luis Vega',
    role: 'CUSTOMER',
  },
} as const satisfies Record<string, DemoAccount>;

/** Orders that ticketing seeds and that payments seeds a payment for. Amounts in centavos of MXN. */
export const demoOrders = [
  {
    id: '01940000-0000-7000-8000-0000000000a1',
    paymentId: '01940000-0000-7000-8000-0000000000b1',
    buyerId: demoAccounts.ana.id,
    ticketCount: 2,
    status: 'PAID',
    totalMinor: 170_000,
    currency: 'MXN',
  },
  {
    id: '01940000-0000-7000-8000-0000000000a2',
    paymentId: '01940000-0000-7000-8000-0000000000b2',
    buyerId: demoAccounts.ana.id,
    ticketCount: 1,
    status: 'PENDING',
    totalMinor: 45_000,
    currency: 'MXN',
  },
  {
    id: '01940000-0000-7000-8000-0000000000a3',
    paymentId: '01940000-0000-7000-8000-0000000000b3',
    buyerId: demoAccounts.luis.id,
    ticketCount: 4,
    status: 'PAID',
    totalMinor: 480_000,
    currency: 'MXN',
  },
] as const;
