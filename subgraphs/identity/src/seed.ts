import { demoAccounts, demoPassword } from '@plaza/schema/demo-accounts';
import type { Prisma, PrismaClient } from './generated/prisma/client.ts';
import { createPasswordHasher } from './password/password-hasher.ts';

/** Customers beside the named demo accounts. */
const customersTotal = 200;
const dayMs = 86_400_000;
/** The demo accounts appear on this day, the customers in the days after. */
const firstDay = new Date('2025-01-06T16:00:00.000Z');

const firstNames = [
  'Adriana',
  'Bruno',
  'Carmen',
  'Diego',
  'Elena',
  'Fabián',
  'Gabriela',
  'Hugo',
  'Inés',
  'Javier',
  'Karla',
  'Leonardo',
  'Mariana',
  'Nicolás',
  'Olivia',
  'Pablo',
  'Quetzalli',
  'Rodrigo',
  'Sofía',
  'Tomás',
];
const lastNames = [
  'Aguilar',
  'Benítez',
  'Cárdenas',
  'Domínguez',
  'Escobar',
  'Fuentes',
  'Guerrero',
  'Herrera',
  'Ibarra',
  'Juárez',
];

/** Puts the demo accounts and customers into the database; those that exist are left alone. */
export async function seedDatabase(prisma: PrismaClient): Promise<void> {
  const users = listUsers();
  const ids = users.map((user) => user.id);
  const found = await prisma.user.count({ where: { id: { in: ids } } });
  if (found === users.length) return;
  // One hash for all: the password is public anyway, and two hundred hashes would take half a minute.
  const passwordHash = await (await createPasswordHasher()).hash(demoPassword);
  const data = users.map((user) => ({ ...user, passwordHash }));
  await prisma.user.createMany({ data, skipDuplicates: true });
}

type SeedUser = Omit<Prisma.UserCreateManyInput, 'passwordHash'> & { readonly id: string };

function listUsers(): SeedUser[] {
  const named = Object.values(demoAccounts).map(({ id, email, name, role }) => ({
    id,
    email,
    name,
    roles: [role],
    createdAt: firstDay,
  }));
  const customers = Array.from({ length: customersTotal }, (_, index) => toCustomer(index + 1));
  return [...named, ...customers];
}

function toCustomer(number: number): SeedUser {
  const first = firstNames[number % firstNames.length];
  const last = lastNames[Math.floor(number / firstNames.length) % lastNames.length];
  return {
    id: `01940000-0000-7000-8000-${(0x10_000 + number).toString(16).padStart(12, '0')}`,
    email: `customer${String(number).padStart(3, '0')}@plaza.example`,
    name: `${first} ${last}`,
    roles: ['CUSTOMER'],
    createdAt: new Date(firstDay.getTime() + number * dayMs),
  };
}
