import test from 'ava';
import { isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType } from 'graphql';
import { buildTicketingSchema } from './schema.ts';

/** What federation adds by itself. */
const federationTypes = new Set(['_Entity', '_Any', '_Service', 'FieldSet']);

test('describes every type, field, argument and enum value', async (t) => {
  const { schema } = await buildTicketingSchema();
  const undescribed: string[] = [];
  const expect = (name: string, { description }: { description?: string | null | undefined }) => {
    if (!description) undescribed.push(name);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    const isOurs = !(isIntrospectionType(type) || federationTypes.has(type.name));
    if (!isOurs || type.name.includes('__')) continue;
    const isRoot = [
      schema.getQueryType(),
      schema.getMutationType(),
      schema.getSubscriptionType(),
    ].some((root) => root === type);
    if (!isRoot) expect(type.name, type);
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (field.name.startsWith('_')) continue;
        expect(`${type.name}.${field.name}`, field);
        if (!('args' in field)) continue;
        for (const argument of field.args) {
          expect(`${type.name}.${field.name}(${argument.name})`, argument);
        }
      }
    }
    if ('getValues' in type) {
      for (const value of type.getValues()) expect(`${type.name}.${value.name}`, value);
    }
  }
  t.deepEqual(undescribed, []);
});

test('names its entities by id', async (t) => {
  const { sdl } = await buildTicketingSchema();
  for (const entity of ['Event', 'Schedule', 'Venue', 'Order', 'Ticket', 'User']) {
    t.regex(sdl, new RegExp(`type ${entity} @key\\(fields: "id"\\)`));
  }
});

test('shows partners the catalogue, and no orders, tickets or users', async (t) => {
  const { sdl } = await buildTicketingSchema();
  const tagged = [...sdl.matchAll(/^type (\w+)[^{]*@tag\(name: "partner"\)/gm)].map(
    ([, name]) => name,
  );
  for (const name of ['Event', 'Schedule', 'Venue', 'SectionAvailability', 'PriceList']) {
    t.true(tagged.includes(name), name);
  }
  for (const name of ['Order', 'Ticket', 'User']) t.false(tagged.includes(name), name);
});

test('has no field for a secret but the one that a holder’s app needs', async (t) => {
  const { schema } = await buildTicketingSchema();
  const secrets = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInputObjectType(type)
      ? Object.keys(type.getFields())
          .filter((name) => /token|secret|master|private/i.test(name))
          .map((name) => `${type.name}.${name}`)
      : [],
  );
  t.deepEqual(secrets, ['Ticket.rotatingSecret']);
});
