import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { repositoryRoot } from '../../src/repository-root.ts';
import { platformSubgraphs } from '../../src/subgraphs.ts';

/** Fields that tell and change nothing of a purchase, by where their own table of access is. */
const elsewhere: Readonly<Record<string, string>> = {
  'subgraphs/identity/test/authorization.e2e.test.ts': `
    Query.apiClients Query.auditEntries Query.sessions Query.me Query.user Query.users
    Mutation.createApiClient Mutation.rotateApiClientKey Mutation.revokeApiClient
    Mutation.register Mutation.logIn Mutation.refreshSession Mutation.logOut
    Mutation.logOutEverywhere Mutation.rotateSigningKey Mutation.grantRole Mutation.revokeRole
    Mutation.suspendUser Mutation.reinstateUser Mutation.updateProfile Mutation.changePassword`,
  'subgraphs/ticketing/test/catalogue-access.e2e.test.ts': `
    Query.categories Query.event Query.events Query.schedule Query.venue Query.venues
    Query.ticketPublicKeys Query.promoCodes
    Mutation.createEvent Mutation.updateEvent Mutation.submitEventForReview
    Mutation.returnEventToDraft Mutation.requestEventChanges Mutation.approveEvent
    Mutation.publishEvent Mutation.createPriceList Mutation.activatePriceList
    Mutation.createPromoCode Mutation.disablePromoCode Mutation.createSchedule
    Mutation.updateSchedule Mutation.openSales Mutation.closeSales Mutation.completeSchedule`,
  'subgraphs/ticketing/test/live-access.e2e.test.ts': `
    Subscription.seatChanged Subscription.scheduleAvailability Subscription.orderChanged
    Subscription.myTicketsChanged`,
  'subgraphs/payments/test/operations.e2e.test.ts': 'Subscription.paymentChanged',
};

/** Names of root fields, as `Query.order`, whose access another table shows. */
export const fieldsElsewhere: readonly string[] = Object.values(elsewhere).flatMap((names) =>
  names.trim().split(/\s+/),
);

/** Every root field of the committed schemas, as `Query.order`. */
export function readRootFields(): string[] {
  return platformSubgraphs.flatMap(({ name }) => {
    const file = join(repositoryRoot, 'schema', 'subgraphs', `${name}.graphql`);
    return parse(readFileSync(file, 'utf8')).definitions.flatMap((definition) =>
      isRoot(definition as ObjectTypeDefinitionNode)
        ? fieldsOf(definition as ObjectTypeDefinitionNode)
        : [],
    );
  });
}

/** The root fields that an operation asks for. */
export function rootFieldsOf(operation: string): string[] {
  return parse(operation).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const type = rootNames[definition.operation];
    return definition.selectionSet.selections.flatMap((selection) =>
      selection.kind === Kind.FIELD ? [`${type}.${selection.name.value}`] : [],
    );
  });
}

const rootNames = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

function isRoot({ kind, name }: ObjectTypeDefinitionNode): boolean {
  const isType = kind === Kind.OBJECT_TYPE_DEFINITION;
  return isType && Object.values<string>(rootNames).includes(name.value);
}

function fieldsOf({ name, fields = [] }: ObjectTypeDefinitionNode): string[] {
  return fields.map((field) => `${name.value}.${field.name.value}`);
}
