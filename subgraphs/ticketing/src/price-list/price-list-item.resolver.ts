import { Money, money } from '@plaza/kit/money.type';
import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import { asItsOwner } from '../cache-hints.ts';
import type { TicketingContext } from '../context.ts';
import type { Section as SectionRow, Zone as ZoneRow } from '../generated/prisma/client.ts';
import { Section } from '../section/section.type.ts';
import { Zone } from '../zone/zone.type.ts';
import { type Price, totalOf } from './price-list.service.ts';
import { PriceListItem } from './price-list-item.type.ts';

@Resolver(() => PriceListItem)
export class PriceListItemResolver {
  @FieldResolver(() => Zone, {
    nullable: true,
    description: 'The zone that it is for, if for one.',
  })
  async zone(
    @Root() { zoneId }: Price,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<ZoneRow | undefined> {
    return zoneId === null ? undefined : loaders.zoneById.load(zoneId);
  }

  @FieldResolver(() => Section, {
    nullable: true,
    description: 'The section that it is for, if for one.',
  })
  async section(
    @Root() { sectionId }: Price,
    @Ctx() { loaders }: TicketingContext,
  ): Promise<SectionRow | undefined> {
    return sectionId === null ? undefined : loaders.sectionById.load(sectionId);
  }

  @Directive(asItsOwner)
  @FieldResolver(() => Money, { description: 'Price of the seat itself.' })
  price(@Root() { priceMinor, currency }: Price): Money {
    return money(priceMinor, currency);
  }

  @Directive(asItsOwner)
  @FieldResolver(() => Money, { description: 'Service charge.' })
  fee(@Root() { feeMinor, currency }: Price): Money {
    return money(feeMinor, currency);
  }

  @Directive(asItsOwner)
  @FieldResolver(() => Money, { description: 'Tax on top of price and fee.' })
  tax(@Root() { taxMinor, currency }: Price): Money {
    return money(taxMinor, currency);
  }

  @Directive(asItsOwner)
  @FieldResolver(() => Money, { description: 'What a buyer pays: price, fee and tax.' })
  total(@Root() price: Price): Money {
    return totalOf(price);
  }
}
