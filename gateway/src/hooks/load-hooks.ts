import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { AppError } from '@plaza/schema/errors';
import type { GatewayHooks } from './gateway-hooks.ts';
import { hookNames } from './gateway-hooks.ts';

/**
 * Loads the modules of `hooks.modules`, in their order. Rejects with AppError BAD_USER_INPUT that names
 * the file and what is wrong with it.
 */
export async function loadHooks(files: readonly string[]): Promise<readonly GatewayHooks[]> {
  return Promise.all(files.map(loadModule));
}

async function loadModule(file: string): Promise<GatewayHooks> {
  if (!existsSync(file)) throw wrong(file, 'there is no such file');
  let exported: unknown;
  try {
    ({ default: exported } = (await import(pathToFileURL(file).href)) as { default?: unknown });
    if (typeof exported === 'function') exported = (await exported()) as unknown;
  } catch (error) {
    throw wrong(file, `cannot be loaded (${String(error)})`, error);
  }
  if (typeof exported !== 'object' || exported === null) {
    throw wrong(file, 'has no default export with hooks, or a function that returns them');
  }
  for (const [name, hook] of Object.entries(exported)) {
    if (!hookNames.some((known) => known === name)) {
      throw wrong(file, `has a hook "${name}"; there are ${hookNames.join(', ')}`);
    }
    if (typeof hook !== 'function') throw wrong(file, `${name} is not a function`);
  }
  return exported;
}

function wrong(file: string, what: string, cause?: unknown): AppError {
  return new AppError('BAD_USER_INPUT', `Hooks (${file}): ${what}`, { cause });
}
