import type { Participant, RunFiles } from '../gateways/gateway-starts.ts';
import { startGateway } from '../gateways/gateway-under-test.ts';

export interface StartUp {
  readonly name: string;
  /** From the start of the process to its first answer, once for each start. */
  readonly startUpMs: readonly number[];
  /** Most memory that a start needed. */
  readonly rssBytesMax: number;
}

const startCount = 5;

/** Starts each gateway anew, in turns, and ends it when it has answered. */
export async function measureStartUp(
  participants: readonly Participant[],
  files: RunFiles,
  say: (line: string) => void,
): Promise<readonly StartUp[]> {
  const startsOf = new Map(
    participants.map((participant) => [participant, { startUpMs: [] as number[], rss: 0 }]),
  );
  for (let start = 1; start <= startCount; start += 1) {
    for (const [{ toStart }, measured] of startsOf) {
      await using gateway = await startGateway(toStart(files, 'off'));
      measured.startUpMs.push(gateway.startUpMs);
      measured.rss = Math.max(measured.rss, (await gateway.usage()).rssBytesMax);
    }
    say(`start-up ${start} of ${startCount} done`);
  }
  return [...startsOf].map(([{ name }, { startUpMs, rss }]) => ({
    name,
    startUpMs,
    rssBytesMax: rss,
  }));
}
