import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type { Gate as GateRow, Section } from '../generated/prisma/client.ts';
import { SectionConnection } from '../section/section.type.ts';
import { Gate } from './gate.type.ts';

@Resolver(() => Gate)
export class GateResolver {
  @FieldResolver(() => SectionConnection, { description: 'The sections whose tickets it lets in.' })
  sections(
    @Root() { id }: GateRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Connection<Section>> {
    return loaders.sectionsOfGate.load({ key: id, args });
  }
}
