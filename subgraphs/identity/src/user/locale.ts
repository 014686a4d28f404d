import { registerEnumType } from 'type-graphql';

/** The languages of the platform, as GraphQL values. */
export const Locale = { ES: 'ES', EN: 'EN' } as const;
export type Locale = keyof typeof Locale;

registerEnumType(Locale, {
  name: 'Locale',
  description: 'Language that somebody is spoken to in.',
  valuesConfig: {
    ES: { description: 'Spanish.' },
    EN: { description: 'English.' },
  },
});
