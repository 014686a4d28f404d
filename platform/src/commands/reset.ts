/** Wipes the data folder: the next start begins with fresh seeded data. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopLeftoverServer } from '@plaza/prisma/data-folder';
import { readPlatformConfig } from '../config.ts';
import { lockDataFolder } from '../data-lock.ts';
import { endWith, printLine } from '../terminal.ts';

try {
  const { dataFolder } = readPlatformConfig();
  lockDataFolder(dataFolder);
  await stopLeftoverServer(join(dataFolder, 'postgres'));
  rmSync(dataFolder, { recursive: true, force: true });
  printLine(`Wiped ${dataFolder}. "npm start" begins with fresh data.`);
} catch (error) {
  endWith(error);
}
