import { requireScope } from '@plaza/kit/auth/viewer';
import { requireUuid } from '@plaza/kit/uuid';
import { Arg, Args, Ctx, Directive, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { requireCurrentScope } from '../user/standing.ts';
import { ApiClientsArgs, CreateApiClientInput, overlapDefaultS } from './api-client.input.ts';
import {
  ApiClientConnection,
  CreateApiClientResult,
  RevokeApiClientResult,
  RotateApiClientKeyResult,
} from './api-client.type.ts';

@Resolver()
export class ApiClientResolver {
  @Directive('@tag(name: "internal")')
  @Query(() => ApiClientConnection, {
    nullable: true,
    description: 'Partners’ clients, newest first. Needs scope api-client:read.',
  })
  apiClients(@Args(() => ApiClientsArgs) args: ApiClientsArgs, @Ctx() ctx: IdentityContext) {
    requireScope(ctx, 'api-client:read');
    return ctx.apiClients.findPage(args);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => CreateApiClientResult, {
    description:
      'Makes a partner’s client and answers its key, this once. Needs scope api-client:write.',
  })
  async createApiClient(
    @Arg('input', () => CreateApiClientInput, { description: 'The new client.' })
    input: CreateApiClientInput,
    @Ctx() ctx: IdentityContext,
  ): Promise<CreateApiClientResult> {
    await requireCurrentScope(ctx, 'api-client:write');
    return ctx.apiClients.create(input, ctx.origin);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => RotateApiClientKeyResult, {
    description:
      'Makes a further key for a client and answers it, this once; the keys before stop after the overlap. Needs scope api-client:write.',
  })
  async rotateApiClientKey(
    @Arg('id', () => ID, { description: 'Id of the client.' }) id: string,
    @Arg('overlapS', () => Int, {
      defaultValue: overlapDefaultS,
      description: 'Seconds that the keys before stay good: a day unless said, a week at most.',
    })
    overlapS: number,
    @Ctx() ctx: IdentityContext,
  ): Promise<RotateApiClientKeyResult> {
    await requireCurrentScope(ctx, 'api-client:write');
    return ctx.apiClients.rotateKey({ id: requireUuid(id, 'id'), overlapS }, ctx.origin);
  }

  @Directive('@tag(name: "internal")')
  @Mutation(() => RevokeApiClientResult, {
    description:
      'Revokes a client and deletes its keys, for good. Gateways notice within 5 seconds. Needs scope api-client:write.',
  })
  async revokeApiClient(
    @Arg('id', () => ID, { description: 'Id of the client.' }) id: string,
    @Ctx() ctx: IdentityContext,
  ): Promise<RevokeApiClientResult> {
    await requireCurrentScope(ctx, 'api-client:write');
    return ctx.apiClients.revoke(requireUuid(id, 'id'), ctx.origin);
  }
}
