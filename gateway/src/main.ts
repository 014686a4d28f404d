#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { AppError } from '@plaza/schema/errors';
import { helpText, parseCommandLine } from './config/command-line.ts';
import { configJsonSchema, environmentExample } from './config/environment-keys.ts';
import { checkNodeVersion, readVersion } from './config/version.ts';
import { readConfig } from './config.ts';
import { firstStopRequest } from './stop-request.ts';

/** How long an ending process may still write before it is ended. */
const exitGraceMs = 1_000;

async function main(args: readonly string[]): Promise<void> {
  checkNodeVersion();
  switch (args[0]) {
    case 'compose': {
      // The parts are loaded when needed: composition alone takes a third of a second.
      const { runComposeCommand } = await import('./composition/compose-command.ts');
      return runComposeCommand(args.slice(1));
    }
    case 'config': {
      const { runConfigCommand } = await import('./config/config-command.ts');
      return runConfigCommand(args.slice(1), print);
    }
    case 'contract': {
      const { runContractCommand } = await import('./contracts/contract-command.ts');
      return runContractCommand(args.slice(1), print);
    }
    case 'worker': {
      const { runWorker } = await import('./cluster/run-worker.ts');
      return runWorker();
    }
    case 'print-schema':
      return print(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    case 'print-env':
      return print(environmentExample());
  }
  const commandLine = parseCommandLine(args);
  switch (commandLine.command) {
    case 'help':
      return print(helpText);
    case 'version':
      return print(`${readVersion()}\n`);
    case 'serve':
      return serve(commandLine);
  }
}

async function serve(commandLine: ReturnType<typeof parseCommandLine>): Promise<void> {
  // What one request allocates dies with it. V8 would learn to put some of it among old objects,
  // where it keeps the rest of dead requests alive: docs/decisions/0011-data-of-a-request-stay-young.md
  setFlagsFromString('--no-allocation-site-pretenuring');
  const config = readConfig(commandLine);
  const { createLogger } = await import('./telemetry/logger.ts');
  const logger = createLogger(config.logging);
  if (config.cluster.workers !== undefined) {
    const { runCluster } = await import('./cluster/run-cluster.ts');
    return runCluster(config, commandLine, logger);
  }
  const { serveGateway } = await import('./serve-gateway.ts');
  const gateway = await serveGateway(config, logger);
  logger.info(
    {
      'url.graphql': `${gateway.url}/graphql`,
      ...(config.explorer.enabled ? { 'url.explorer': `${gateway.url}/explorer/` } : {}),
    },
    'gateway serves',
  );
  const reason = await firstStopRequest(commandLine.exitWithParent);
  logger.info({ reason }, 'gateway stops');
  await gateway.stop();
  logger.info('gateway stopped');
}

function print(text: string): void {
  process.stdout.write(text);
}

try {
  await main(process.argv.slice(2));
  process.exitCode = 0;
} catch (error) {
  process.exitCode = 1;
  const text = error instanceof AppError ? error.message : String((error as Error).stack ?? error);
  process.stderr.write(`plaza-gateway: ${text}\n`);
}
// Whatever still holds the event loop after the drain must not keep the process alive.
setTimeout(() => process.exit(), exitGraceMs).unref();
