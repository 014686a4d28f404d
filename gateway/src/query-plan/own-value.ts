/**
 * Parsed JSON has the prototype of all objects, so a name that this one has (`constructor`,
 * `__proto__`) must be looked up with care; any other name cannot be inherited.
 */
export function isInheritedName(name: string): boolean {
  return name in Object.prototype;
}

/** The value of a key that the object itself has. */
export function ownValue(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets a key of the object itself, whatever its name. */
export function setOwnValue(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}
