import { buildSchema, findBreakingChanges } from 'graphql';

/**
 * What of a published schema its clients may use and does not hold any more, one sentence each, such as
 * `FIELD_REMOVED: Venue.city was removed.`
 */
export function breakingChanges(publishedSdl: string, currentSdl: string): readonly string[] {
  const options = { assumeValid: true, assumeValidSDL: true, noLocation: true };
  const [published, current] = [publishedSdl, currentSdl].map((sdl) => buildSchema(sdl, options));
  if (published === undefined || current === undefined) return [];
  return findBreakingChanges(published, current).map(
    ({ type, description }) => `${type}: ${description}`,
  );
}
