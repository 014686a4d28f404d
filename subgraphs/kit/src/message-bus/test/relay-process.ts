/**
 * An outbox relay in a process of its own. Arguments: URL of the database, URL of the bus, JSON of the
 * bus's options, and `die-before-mark` to be killed between publishing and marking.
 */
import { pino } from 'pino';
import type { MessageBus } from '../message-bus.ts';
import { openMessageBus } from '../open-message-bus.ts';
import { OutboxRelay } from '../outbox/outbox-relay.ts';

const [databaseUrl = '', busUrl = '', options = '{}', manner] = process.argv.slice(2);

const log = pino({ level: 'silent' });
const bus = await openMessageBus(busUrl, { ...JSON.parse(options), log });
const publishAndDie: Pick<MessageBus, 'publish'> = {
  publish: async (messages) => {
    await bus.publish(messages);
    process.kill(process.pid, 'SIGKILL');
  },
};
await OutboxRelay.start({
  databaseUrl,
  log,
  bus: manner === 'die-before-mark' ? publishAndDie : bus,
  batchMax: 20,
  pollIntervalMs: 200,
});
process.stdout.write('ready\n');
