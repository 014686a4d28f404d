import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TicketingContext } from '../context.ts';
import type { Section, Zone as ZoneRow } from '../generated/prisma/client.ts';
import { SectionConnection } from '../section/section.type.ts';
import { Zone } from './zone.type.ts';

@Resolver(() => Zone)
export class ZoneResolver {
  @FieldResolver(() => SectionConnection, { description: 'Its sections.' })
  sections(
    @Root() { id }: ZoneRow,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<Connection<Section>> {
    return loaders.sectionsOfZone.load({ key: id, args });
  }
}
