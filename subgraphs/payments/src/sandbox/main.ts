import { StartupError } from '@plaza/prisma/startup-error';
import { readSandboxConfig } from './config.ts';
import { startSandbox } from './start-sandbox.ts';

/** The sandbox as a process of its own: SIGTERM and SIGINT stop it. */
try {
  const sandbox = await startSandbox(readSandboxConfig());
  const stop = () => void sandbox.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  const isKnown = error instanceof StartupError || (error instanceof Error && 'code' in error);
  process.stderr.write(`${isKnown ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
