import { readConfig } from '@plaza/gateway/config';
import { readIdentityConfig } from '@plaza/identity/config';
import { readPaymentsConfig } from '@plaza/payments/config';
import { readSandboxConfig } from '@plaza/payments/sandbox/config';
import { readTicketingConfig } from '@plaza/ticketing/config';

type Environment = Readonly<Record<string, string | undefined>>;

const readers: Readonly<Record<string, (environment: Environment) => object>> = {
  '/app/gateway/dist/src/main.js': (environment) =>
    readConfig({ config: undefined, options: {} }, environment),
  '/app/subgraphs/identity/dist/src': readIdentityConfig,
  '/app/subgraphs/ticketing/dist/src': readTicketingConfig,
  '/app/subgraphs/payments/dist/src/sandbox': readSandboxConfig,
  '/app/subgraphs/payments/dist/src': readPaymentsConfig,
};

/** How the program at a path of an image reads its environment. */
export function configurationOf(program: string): (environment: Environment) => object {
  const place = Object.keys(readers).find((candidate) => program.startsWith(candidate));
  const reader = place === undefined ? undefined : readers[place];
  if (reader === undefined) throw new Error(`Nobody says what ${program} reads`);
  return reader;
}

/** The variables that a program asks for, seen by letting it read. */
export function variablesReadBy(program: string): ReadonlySet<string> {
  const asked = new Set<string>();
  const environment = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => void asked.add(String(name)),
      has: (_, name) => {
        asked.add(String(name));
        return false;
      },
    },
  );
  try {
    configurationOf(program)(environment);
  } catch {
    // What is missing there does not matter: it has been asked for.
  }
  return asked;
}
