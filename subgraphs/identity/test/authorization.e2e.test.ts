import { demoAccounts } from '@plaza/schema/demo-accounts';
import type { Role } from '@plaza/schema/scopes';
import anyTest, { type TestFn } from 'ava';
import { buildIdentitySchema } from '../src/schema.ts';
import { createIdentityUnderTest, type IdentityUnderTest } from './kit/identity-under-test.ts';

const test = anyTest as TestFn<IdentityUnderTest>;
const { administrator, gateStaff, luis, seller, supervisor } = demoAccounts;

/**
 * Who may do what. The target is a customer's account; "self" asks about its own, "other" is another
 * customer. ok: answered; null: answered with nothing; login: UNAUTHENTICATED; no: FORBIDDEN;
 * a type name: that member of the result union.
 */
const outcomes = `
field                       | anonymous | self  | other | gate  | seller | supervisor | administrator
Query.me                    | null      | ok    | ok    | ok    | ok     | ok         | ok
Query.user                  | login     | ok    | no    | no    | no     | ok         | ok
Query.users                 | login     | no    | no    | no    | no     | ok         | ok
Query.sessions              | login     | ok    | ok    | ok    | ok     | ok         | ok
Query.auditEntries          | login     | no    | no    | no    | no     | no         | ok
Query.apiClients            | login     | no    | no    | no    | no     | no         | ok
User.name                   | ok        | ok    | ok    | ok    | ok     | ok         | ok
User.email                  | null      | ok    | null  | null  | null   | ok         | ok
User.roles                  | null      | ok    | null  | null  | null   | ok         | ok
User.createdAt              | null      | ok    | null  | null  | null   | ok         | ok
User.locale                 | null      | ok    | null  | null  | null   | ok         | ok
User.phone                  | null      | ok    | null  | null  | null   | ok         | ok
Mutation.register           | EmailTaken | EmailTaken | EmailTaken | EmailTaken | EmailTaken | EmailTaken | EmailTaken
Mutation.logIn              | InvalidCredentials | InvalidCredentials | InvalidCredentials | InvalidCredentials | InvalidCredentials | InvalidCredentials | InvalidCredentials
Mutation.refreshSession     | SessionExpired | SessionExpired | SessionExpired | SessionExpired | SessionExpired | SessionExpired | SessionExpired
Mutation.logOut             | ok        | ok    | ok    | ok    | ok     | ok         | ok
Mutation.logOutEverywhere   | login     | ok    | ok    | ok    | ok     | ok         | ok
Mutation.updateProfile      | login     | ok    | ok    | ok    | ok     | ok         | ok
Mutation.changePassword     | login     | WrongPassword | WrongPassword | WrongPassword | WrongPassword | WrongPassword | WrongPassword
Mutation.grantRole          | login     | no    | no    | no    | no     | no         | User
Mutation.revokeRole         | login     | no    | no    | no    | no     | no         | User
Mutation.suspendUser        | login     | no    | no    | no    | no     | no         | User
Mutation.reinstateUser      | login     | no    | no    | no    | no     | no         | User
Mutation.createApiClient    | login     | no    | no    | no    | no     | no         | ApiClientCreated
Mutation.rotateApiClientKey | login     | no    | no    | no    | no     | no         | ApiClientNotFound
Mutation.revokeApiClient    | login     | no    | no    | no    | no     | no         | ApiClientNotFound
Mutation.rotateSigningKey   | login     | no    | no    | no    | no     | no         | SigningKeyRotated
`;

/** How each field is asked; $id is the target. */
const selections: Readonly<Record<string, string>> = {
  'Query.me': 'me { id }',
  'Query.user': 'user(id: $id) { id }',
  'Query.users': 'users(first: 1) { nodes { id } }',
  'Query.sessions': 'sessions { id }',
  'Query.auditEntries': 'auditEntries(first: 1) { nodes { id } }',
  'Query.apiClients': 'apiClients(first: 1) { nodes { id } }',
  'Mutation.register':
    'register(input: { email: "luis@plaza.example", name: "L", password: "12345678" }) { __typename }',
  'Mutation.logIn': 'logIn(input: { email: $email, password: "" }) { __typename }',
  'Mutation.refreshSession': 'refreshSession(refreshToken: "") { __typename }',
  'Mutation.logOut': 'logOut(refreshToken: "") { endedTotal }',
  'Mutation.logOutEverywhere': 'logOutEverywhere { endedTotal }',
  'Mutation.updateProfile': 'updateProfile(input: {}) { id }',
  'Mutation.changePassword':
    'changePassword(input: { oldPassword: "", newPassword: "12345678" }) { __typename }',
  'Mutation.grantRole': 'grantRole(userId: $id, role: SELLER) { __typename }',
  'Mutation.revokeRole': 'revokeRole(userId: $id, role: SELLER) { __typename }',
  'Mutation.suspendUser': 'suspendUser(userId: $id) { __typename }',
  'Mutation.reinstateUser': 'reinstateUser(userId: $id) { __typename }',
  'Mutation.createApiClient':
    'createApiClient(input: { name: "Partner", scopes: [] }) { __typename }',
  'Mutation.rotateApiClientKey': 'rotateApiClientKey(id: $id) { __typename }',
  'Mutation.revokeApiClient': 'revokeApiClient(id: $id) { __typename }',
  'Mutation.rotateSigningKey': 'rotateSigningKey { __typename }',
};

const actors: Readonly<Record<string, { readonly userId?: string; readonly role?: Role }>> = {
  anonymous: {},
  self: { role: 'CUSTOMER' },
  other: { userId: luis.id, role: 'CUSTOMER' },
  gate: { userId: gateStaff.id, role: 'GATE_STAFF' },
  seller: { userId: seller.id, role: 'SELLER' },
  supervisor: { userId: supervisor.id, role: 'SUPERVISOR' },
  administrator: { userId: administrator.id, role: 'ADMINISTRATOR' },
};

const [header = [], ...rows] = outcomes
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));

test.before(async (t) => {
  t.context = await createIdentityUnderTest();
});
test.after.always(async (t) => {
  await t.context?.[Symbol.asyncDispose]();
});

async function ask(identity: IdentityUnderTest, field: string, actor: string): Promise<string> {
  const cell = `${field}-${actor}`.toLowerCase().replace('.', '-');
  const email = `${cell}@example.com`;
  const { id } = await identity.createUser(email);
  await identity.prisma.user.update({ where: { id }, data: { phone: '+526641234567' } });
  identity.clock.now += 15 * 60_000; // no wait after the failed attempts of other cells
  await identity.prisma.user.update({ where: { id }, data: { passwordHash: somebodysHash } });
  const [type, name = ''] = field.split('.');
  const viewer = viewerOf(actor, id);
  if (type === 'User') return askEntity(identity, { id, name, viewer });
  const selection = selections[field] ?? '';
  const usesId = selection.includes('$id') ? '($id: ID!)' : '';
  const parameters = selection.includes('$email') ? '($email: String!)' : usesId;
  const query = `${type?.toLowerCase()} ${parameters} { answer: ${selection} }`;
  const variables = { id, email };
  const { data, errors } = await identity.run({ query, variables, viewer });
  return toOutcome(data?.answer, errors?.[0]?.extensions?.code);
}

/** Of no password that anybody knows, but of the right form. */
const somebodysHash = `$scrypt$ln=4,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

function viewerOf(actor: string, selfId: string) {
  const { userId = selfId, role } = actors[actor] ?? {};
  return role === undefined ? undefined : { userId, role };
}

async function askEntity(
  identity: IdentityUnderTest,
  { id, name, viewer }: { id: string; name: string; viewer: ReturnType<typeof viewerOf> },
): Promise<string> {
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on User { answer: ${name} } } }`;
  const variables = { representations: [{ __typename: 'User', id }] };
  const { data, errors } = await identity.run({ query, variables, viewer });
  return toOutcome(data?._entities[0]?.answer, errors?.[0]?.extensions?.code);
}

function toOutcome(answer: unknown, code: unknown): string {
  if (code === 'UNAUTHENTICATED') return 'login';
  if (code === 'FORBIDDEN') return 'no';
  if (code !== undefined) return String(code);
  if (answer === null || answer === undefined) return 'null';
  return (answer as { readonly __typename?: string }).__typename ?? 'ok';
}

for (const [field = '', ...expected] of rows) {
  test.serial(`${field} answers each role as the table says`, async (t) => {
    const names = header.slice(1);
    const found: string[] = [];
    for (const actor of names) found.push(await ask(t.context, field, actor));
    const toRow = (cells: readonly string[]) =>
      Object.fromEntries(names.map((name, index) => [name, cells[index]]));
    t.deepEqual(toRow(found), toRow(expected));
  });
}

test('the table has a row for every field of Query and Mutation, and for every private one', async (t) => {
  const { schema } = await buildIdentitySchema();
  const fieldsOf = (type: string) =>
    Object.keys(schema.getType(type)?.toConfig()['fields' as never] ?? {})
      .filter((name) => !name.startsWith('_'))
      .map((name) => `${type}.${name}`);
  const wanted = [...fieldsOf('Query'), ...fieldsOf('Mutation')];
  const covered = rows.map(([field = '']) => field);
  const isOperation = (field: string) => !field.startsWith('User.');
  t.deepEqual(covered.filter(isOperation).sort(), wanted.sort());
  const open = new Set(['User.id', 'User.suspendedAt']); // null for most, whoever asks
  const userFields = fieldsOf('User').filter((field) => !open.has(field));
  t.deepEqual(covered.filter((field) => !isOperation(field)).sort(), userFields.sort());
});
