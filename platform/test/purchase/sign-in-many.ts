import { createPrivateKey, type JsonWebKey, sign } from 'node:crypto';
import { createUuidV7 } from '@plaza/kit/uuid';
import { Person } from './buyer.ts';
import { queryRows } from './databases.ts';
import type { GraphClient } from './graph-client.ts';
import type { PurchasePlatform } from './purchase-platform.ts';

const tokenLifetimeS = 900;

/**
 * So many customers with accounts and tokens, in a moment. A password hash is made to cost a third of a
 * second, so their rows are written and their tokens signed with identity's own key, as a log-in would.
 */
export async function signInMany(
  { databases }: Pick<PurchasePlatform, 'databases'>,
  client: GraphClient,
  count: number,
): Promise<Person[]> {
  const identity = databases.identity ?? '';
  const ids = Array.from({ length: count }, () => createUuidV7());
  await queryRows(
    identity,
    `INSERT INTO users (id, email, name, password_hash, roles, updated_at)
     SELECT id, id || '@example.com', 'A Buyer', model.password_hash, model.roles, now()
     FROM unnest($1::uuid[]) AS fresh (id),
       (SELECT password_hash, roles FROM users WHERE 'CUSTOMER' = ANY(roles::text[]) LIMIT 1) AS model`,
    [ids],
  );
  const [key] = await queryRows<{ id: string; privateJwk: JsonWebKey }>(
    identity,
    `SELECT id, private_jwk AS "privateJwk" FROM signing_keys WHERE activates_at <= now()
     ORDER BY activates_at DESC LIMIT 1`,
  );
  if (key === undefined) throw new Error('Identity has no signing key yet');
  return ids.map((id) => new Person({ id, token: signToken(key, id), client }));
}

function signToken(key: { readonly id: string; readonly privateJwk: JsonWebKey }, userId: string) {
  const nowS = Math.floor(Date.now() / 1_000);
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid: key.id };
  const claims = {
    ...{ iss: 'plaza-identity', aud: 'plaza', sub: userId, jti: createUuidV7() },
    ...{ sid: createUuidV7(), roles: ['CUSTOMER'], scope: '' },
    ...{ iat: nowS, exp: nowS + tokenLifetimeS },
  };
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${encode(header)}.${encode(claims)}`;
  const privateKey = createPrivateKey({ key: key.privateJwk, format: 'jwk' });
  return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
}
