import { createUnionType } from 'type-graphql';
import { ScheduleStatusConflict } from '../schedule/schedule-result.type.ts';
import { PriceList } from './price-list.type.ts';

export const ChangePriceListResult = createUnionType({
  name: 'ChangePriceListResult',
  description: 'What became of writing prices or of putting them in force.',
  types: () => [PriceList, ScheduleStatusConflict] as const,
});
export type ChangePriceListResult = typeof ChangePriceListResult;
