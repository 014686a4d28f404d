/**
 * A consumer in a process of its own, for tests that kill it. Arguments: URL, JSON of options, queue,
 * topic, and `hold` (never answers) or `die` (kills itself on the first message).
 */
import { pino } from 'pino';
import { openMessageBus } from '../open-message-bus.ts';

const [url = '', options = '{}', queue = '', topic = '', manner] = process.argv.slice(2);

const bus = await openMessageBus(url, { ...JSON.parse(options), log: pino({ level: 'silent' }) });
await bus.consume({
  queue,
  types: [topic],
  handler: () => {
    process.stdout.write('got it\n');
    if (manner === 'die') process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  },
});
process.stdout.write('ready\n');
