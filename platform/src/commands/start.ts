/** Brings up the whole platform on one machine and keeps it up until Ctrl-C. */
import { printBanner } from '../banner.ts';
import { readPlatformConfig } from '../config.ts';
import { lockDataFolder } from '../data-lock.ts';
import { startPlatform } from '../start-platform.ts';
import { endWith, printLine } from '../terminal.ts';

/** Resolves with the reason why the platform should stop. */
function untilStopped(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      resolve(signal);
      process.once(signal, () => process.exit(130)); // a second one does not wait
    });
  }
  return promise;
}

// Output that nobody reads any more (a closed terminal, a pipe to head) must not cut the shutdown.
process.stdout.on('error', () => undefined);
const stopped = untilStopped();
try {
  const config = readPlatformConfig();
  const unlock = lockDataFolder(config.dataFolder);
  try {
    await using platform = await startPlatform(config, stopped);
    if (platform !== undefined) {
      await printBanner(platform);
      const reason = await Promise.race([stopped, platform.failed]);
      printLine(`\nStopping (${reason}) …`);
    }
  } finally {
    unlock();
  }
  printLine('Stopped. The data are kept; "npm run reset" wipes them.');
} catch (error) {
  endWith(error);
}
