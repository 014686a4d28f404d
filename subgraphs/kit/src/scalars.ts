import type { GraphQLScalarType } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';

/** A moment in UTC with milliseconds: `2026-11-22T18:00:00.000Z`. Input without an offset is refused. */
export const DateTime: GraphQLScalarType<Date, Date> = GraphQLDateTime;
