/** On a build server what is missing is a failure, not a skip. */
export function isBuildServer(): boolean {
  return process.env.CI === 'true';
}
