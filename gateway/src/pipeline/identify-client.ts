import { headers as headerNames } from '@plaza/schema/headers';

/** The calling application, as it names itself. Not proof of anything: for logs and metrics. */
export interface ClientIdentity {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

const charactersMax = 100;

/** Reads the client's name and version; text that is too long or not printable ASCII is ignored. */
export function identifyClient(headers: Readonly<Record<string, string>>): ClientIdentity {
  return {
    name: readLabel(headers[headerNames.clientName] ?? headers['apollographql-client-name']),
    version: readLabel(
      headers[headerNames.clientVersion] ?? headers['apollographql-client-version'],
    ),
  };
}

function readLabel(text: string | undefined): string | undefined {
  if (text === undefined || text.length > charactersMax) return undefined;
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined;
}
