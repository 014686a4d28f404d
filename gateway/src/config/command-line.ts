import { parseArgs } from 'node:util';
import { AppError } from '@plaza/schema/errors';

/** What the command line says; what it leaves out comes from the environment or the file. */
export interface CommandLine {
  readonly command: 'serve' | 'help' | 'version';
  /** Path of the configuration file. */
  readonly config: string | undefined;
  /** Text of options by their path in the configuration. */
  readonly options: Readonly<Record<string, string>>;
  /** True when the process must end as soon as its standard input closes. */
  readonly exitWithParent: boolean;
}

export const helpText = `Plaza gateway: one GraphQL endpoint over a federation supergraph.

Usage
  plaza-gateway --supergraph <file or URL> [options]
  plaza-gateway --config <file that names subgraphs> [options]
  plaza-gateway compose --help    Compose subgraphs to a supergraph
  plaza-gateway config check      Check the configuration, and what it names, without serving
  plaza-gateway contract --help   What contracts show, and whether that breaks their clients
  plaza-gateway print-schema      JSON schema of the configuration file
  plaza-gateway print-env         Environment variables with their defaults

Options
  --supergraph <file or URL>  Supergraph SDL to serve
  --config <file>             YAML configuration; its schema is gateway.schema.json
  --port <number>             Port to listen on (4000)
  --host <address>            Address to listen on (127.0.0.1; 0.0.0.0 for all)
  --log-level <level>         fatal, error, warn, info, debug or silent (info)
  --log-format <format>       json, pretty or auto (auto: pretty on a terminal)
  --exit-with-parent          End when standard input closes
  --help, --version

Every option of the configuration also has an environment variable: see .env.example.
An option of the command line wins over the environment, and that over the file.
`;

const flags = {
  supergraph: { type: 'string' },
  config: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  'log-level': { type: 'string' },
  'log-format': { type: 'string' },
  'exit-with-parent': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** Reads the arguments after `node main.js`. Throws AppError BAD_USER_INPUT for an unknown one. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = parseFlags(args);
  const command = values.help ? 'help' : values.version ? 'version' : 'serve';
  const options = {
    supergraph: values.supergraph,
    port: values.port,
    host: values.host,
    'logging.level': values['log-level'],
    'logging.format': values['log-format'],
  };
  return {
    command,
    config: values.config,
    options: Object.fromEntries(
      Object.entries(options).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    exitWithParent: values['exit-with-parent'] ?? false,
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true }).values;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : '').split('. ');
    throw new AppError('BAD_USER_INPUT', `${reason}. See plaza-gateway --help.`, { cause: error });
  }
}
