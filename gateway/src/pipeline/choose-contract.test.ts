import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { createConfig } from '../config.ts';
import { ownContracts } from '../contracts/open-contracts.ts';
import { createLogger } from '../telemetry/logger.ts';
import { chooseContract } from './choose-contract.ts';

const logger = createLogger({ level: 'silent', format: 'json' });

const contractsWith = (defaultContract?: string) =>
  ownContracts(
    createConfig({
      supergraph: 'x',
      contracts: {
        open: {},
        partner: { clients: 'apiKeys' },
        staff: { requiredScopes: [['staff'], ['audit', 'read']] },
        'keys-of-staff': { clients: 'apiKeys', requiredScopes: [['staff']] },
      },
      ...(defaultContract === undefined ? {} : { defaultContract }),
    }),
    logger,
  );

const viewer = (contract?: string, ...scopes: string[]) => ({ contract, scopes: new Set(scopes) });
const [person, staff, auditor] = [viewer(), viewer(undefined, 'staff'), viewer(undefined, 'audit')];

type Case = [
  asked: string | undefined,
  viewer: ReturnType<typeof viewer> | undefined,
  chosen: string,
];

/** Names of contracts; `whole` for none, and codes of errors. */
const cases: readonly Case[] = [
  [undefined, undefined, 'whole'],
  [undefined, person, 'whole'],
  ['open', undefined, 'open'],
  ['open', staff, 'open'],
  ['other', undefined, 'FORBIDDEN'],
  ['partner', undefined, 'UNAUTHENTICATED'],
  ['partner', staff, 'FORBIDDEN'],
  ['staff', undefined, 'UNAUTHENTICATED'],
  ['staff', person, 'FORBIDDEN'],
  ['staff', staff, 'staff'],
  ['staff', auditor, 'FORBIDDEN'],
  ['staff', viewer(undefined, 'read', 'audit'), 'staff'],
  [undefined, viewer('partner'), 'partner'],
  ['partner', viewer('partner'), 'partner'],
  ['open', viewer('partner'), 'FORBIDDEN'],
  ['staff', viewer('partner', 'staff'), 'FORBIDDEN'],
  [undefined, viewer('staff'), 'FORBIDDEN'],
  [undefined, viewer('staff', 'staff'), 'staff'],
  [undefined, viewer('gone'), 'FORBIDDEN'],
  ['gone', viewer('gone'), 'FORBIDDEN'],
];

for (const [asked, who, chosen] of cases) {
  const whose = who === undefined ? 'a stranger' : `a viewer of ${who.contract ?? 'none'}`;
  test(`${whose} with [${[...(who?.scopes ?? [])]}] who asks for ${asked} gets ${chosen}`, (t) => {
    t.is(outcome(asked, who, contractsWith()), chosen);
  });
}

test('who asks for none gets the default, unless their key says another', (t) => {
  t.is(outcome(undefined, undefined, contractsWith('open')), 'open');
  t.is(outcome(undefined, viewer('partner'), contractsWith('open')), 'partner');
  t.is(outcome(undefined, person, contractsWith('staff')), 'FORBIDDEN');
  t.is(outcome('open', person, contractsWith('staff')), 'open');
});

test('without contracts all see the whole graph, but those whose key is for one', (t) => {
  t.is(outcome(undefined, staff, undefined), 'whole');
  t.is(outcome(undefined, viewer('partner'), undefined), 'FORBIDDEN');
});

function outcome(
  contract: string | undefined,
  who: ReturnType<typeof viewer> | undefined,
  contracts: ReturnType<typeof contractsWith>,
): string {
  try {
    return chooseContract({ contract }, who, contracts)?.name ?? 'whole';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}
