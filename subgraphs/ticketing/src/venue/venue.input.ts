import { ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { ArgsType, Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { VenueType } from '../generated/prisma/enums.ts';
import { text } from '../text-input.ts';

@InputType({ description: 'Which venues to list; all conditions must hold.' })
export class VenueFilter {
  @Field(() => String, { nullable: true, description: 'City, whatever its case and accents.' })
  city?: string | null;

  @Field(() => VenueType, { nullable: true, description: 'Kind of place.' })
  type?: VenueType | null;
}

@ArgsType()
export class VenuesArgs extends ConnectionArgs {
  @Field(() => VenueFilter, { nullable: true, description: 'Which venues; all by default.' })
  filter?: VenueFilter | null;
}

export const venueFilterSchema = z.object({
  city: text(100).nullish(),
  type: z.enum(VenueType).nullish(),
});
