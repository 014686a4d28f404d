import { ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import type { Scope } from '@plaza/schema/scopes';
import { ArgsType, Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { nameSchema } from '../session/session.input.ts';

/** What a partner's system may be allowed; rights over people, roles and keys stay with people. */
const partnerScopes = [
  'event:write',
  'order:read',
  'order:write',
  'payment:read',
] as const satisfies readonly Scope[];

@ArgsType()
export class ApiClientsArgs extends ConnectionArgs {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Only revoked clients, or only those that are not.',
  })
  isRevoked?: boolean | null;
}

@InputType({ description: 'A partner’s system that shall call the graph.' })
export class CreateApiClientInput {
  @Field(() => String, { description: 'Name of the system, 1 to 100 characters; nobody else’s.' })
  name!: string;

  @Field(() => [String], {
    description: `Scopes of its calls: ${partnerScopes.join(', ')}; none for public data only.`,
  })
  scopes!: string[];

  @Field(() => String, {
    defaultValue: 'partner',
    description: 'The contract that it sees: lower-case letters, digits, hyphens.',
  })
  contract!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Which rate limits are its own: lower-case letters, digits, hyphens.',
  })
  rateLimitClass?: string | null;
}

export const createApiClientSchema = z.object({
  name: nameSchema,
  scopes: z
    .array(z.enum(partnerScopes, `must be of ${partnerScopes.join(', ')}`))
    .max(partnerScopes.length, 'must not repeat scopes')
    .transform((given) => [...new Set(given)].sort()),
  contract: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a name of a contract'),
  rateLimitClass: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a name of a class')
    .nullish()
    .transform((given) => given ?? null),
});

/** How long the keys before a rotation stay good unless said otherwise, in seconds: a day. */
export const overlapDefaultS = 86_400;
/** Longest overlap, in seconds: a week. */
const overlapMaxS = 7 * 86_400;

export const rotateApiClientKeySchema = z.object({
  overlapS: z.number().int().min(0).max(overlapMaxS, `must be at most ${overlapMaxS} (a week)`),
});
