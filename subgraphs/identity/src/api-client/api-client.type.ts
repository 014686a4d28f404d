import { createConnectionType } from '@plaza/kit/pagination/connection.type';
import { DateTime } from '@plaza/kit/scalars';
import { createUnionType, Field, ID, ObjectType } from 'type-graphql';

@ObjectType({
  description: 'A key of a partner, by what may be shown of it.',
  simpleResolvers: true,
})
export class ApiClientKey {
  @Field(() => ID, { description: 'How the key begins, to recognise it by.' })
  id!: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it stops, where a rotation replaced it.',
  })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Last use, to the minute.' })
  lastUsedAt!: Date | null;
}

@ObjectType({ description: 'A partner’s system that calls the graph.', simpleResolvers: true })
export class ApiClient {
  readonly __typename!: 'ApiClient';

  @Field(() => ID, { description: 'Id of the client.' })
  id!: string;

  @Field(() => String, { description: 'Name of the partner’s system.' })
  name!: string;

  @Field(() => String, { description: 'The contract, the part of the graph, that it sees.' })
  contract!: string;

  @Field(() => [String], { description: 'Scopes that its calls have.' })
  scopes!: string[];

  @Field(() => String, {
    nullable: true,
    description: 'Which rate limits are its own; null: those of everybody.',
  })
  rateLimitClass!: string | null;

  @Field(() => [ApiClientKey], { description: 'Its keys, newest first; none once revoked.' })
  keys!: ApiClientKey[];

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked, if it was.' })
  revokedAt!: Date | null;
}

export const ApiClientConnection = createConnectionType('ApiClient', () => ApiClient);

@ObjectType({ description: 'The client was made.', simpleResolvers: true })
export class ApiClientCreated {
  readonly __typename!: 'ApiClientCreated';

  @Field(() => ApiClient, { description: 'The new client.' })
  client!: ApiClient;

  @Field(() => String, { description: 'Its key, shown this once: nobody can read it again.' })
  key!: string;
}

@ObjectType({ description: 'Another client has this name.', simpleResolvers: true })
export class ApiClientNameTaken {
  readonly __typename!: 'ApiClientNameTaken';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

@ObjectType({ description: 'The client has a new key.', simpleResolvers: true })
export class ApiClientKeyRotated {
  readonly __typename!: 'ApiClientKeyRotated';

  @Field(() => ApiClient, { description: 'The client with all its keys.' })
  client!: ApiClient;

  @Field(() => String, { description: 'The new key, shown this once.' })
  key!: string;

  @Field(() => DateTime, { description: 'When the keys before stop.' })
  oldKeysEndAt!: Date;
}

@ObjectType({ description: 'There is no such client.', simpleResolvers: true })
export class ApiClientNotFound {
  readonly __typename!: 'ApiClientNotFound';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

@ObjectType({
  description: 'The client was revoked, which is final: make another.',
  simpleResolvers: true,
})
export class ApiClientRevoked {
  readonly __typename!: 'ApiClientRevoked';

  @Field(() => String, { description: 'What to tell the person.' })
  message!: string;
}

export const CreateApiClientResult = createUnionType({
  name: 'CreateApiClientResult',
  description: 'What became of making a partner’s client.',
  types: () => [ApiClientCreated, ApiClientNameTaken] as const,
});
export type CreateApiClientResult = typeof CreateApiClientResult;

export const RotateApiClientKeyResult = createUnionType({
  name: 'RotateApiClientKeyResult',
  description: 'What became of rotating a partner’s key.',
  types: () => [ApiClientKeyRotated, ApiClientNotFound, ApiClientRevoked] as const,
});
export type RotateApiClientKeyResult = typeof RotateApiClientKeyResult;

export const RevokeApiClientResult = createUnionType({
  name: 'RevokeApiClientResult',
  description: 'What became of revoking a partner’s client.',
  types: () => [ApiClient, ApiClientNotFound] as const,
});
export type RevokeApiClientResult = typeof RevokeApiClientResult;
