import type { Config } from './config.ts';

/** Whether the configuration lets pages of an origin, such as `https://shop.example`, call the graph. */
export function isOriginAllowed(origin: string, { origins }: Config['cors']): boolean {
  return origins.includes(origin) || origins.includes('*');
}
