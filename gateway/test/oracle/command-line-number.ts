/** A number given to a test by `ava <file> -- --<name>=<number>`. */
export function numberFromCommandLine(name: string, fallback: number): number {
  const prefix = `--${name}=`;
  const text = process.argv.find((argument) => argument.startsWith(prefix));
  return text === undefined ? fallback : Number(text.slice(prefix.length));
}
