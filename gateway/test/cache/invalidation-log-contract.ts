import type { TestFn } from 'ava';
import type { InvalidationLog } from '../../src/cache/invalidation-log.ts';
import { testAgainstModel } from './invalidation-log-model.ts';

/** One log, new and empty, and a way for one process more to use it. */
export interface SharedLog extends Disposable {
  join(): Promise<InvalidationLog>;
}

export type OpenSharedLog = (settings: { readonly tagsMax: number }) => SharedLog;

const tagsMax = 1_000;

/** What every log must do, whatever it is made of. */
export function testInvalidationLogContract(test: TestFn, name: string, open: OpenSharedLog): void {
  test(`${name} tells every process what was invalidated, and nothing else`, async (t) => {
    using shared = open({ tagsMax });
    const logs = [await shared.join(), await shared.join(), await shared.join()];
    const [writer] = logs;
    const since = logs.map((log) => log.position());
    await writer?.invalidate(['a', 'b']);
    const late = await shared.join();
    for (const log of [...logs, late]) {
      t.true(await log.catchUp());
      for (const position of since) {
        t.false(log.isCurrent(position, ['a']));
        t.false(log.isCurrent(position, ['c', 'b']));
        t.true(log.isCurrent(position, ['c']));
        t.true(log.isCurrent(position, []));
      }
      t.true(log.isCurrent(log.position(), ['a', 'b', 'c']));
    }
  });

  test(`${name} has what was fetched before an invalidation be out of date for ever`, async (t) => {
    using shared = open({ tagsMax });
    const [reader, writer] = [await shared.join(), await shared.join()];
    const before = reader.position();
    await writer.invalidate(['a']);
    t.true(await reader.catchUp());
    const after = reader.position();
    for (let round = 0; round < 20; round += 1) {
      await writer.invalidate(['b', `c ${round}`]);
      t.true(await reader.catchUp());
      t.false(reader.isCurrent(before, ['a']));
      t.true(reader.isCurrent(after, ['a']));
      t.false(reader.isCurrent(after, ['b']));
    }
  });

  test(`${name} takes any text for a tag, and none at all`, async (t) => {
    using shared = open({ tagsMax });
    const [reader, writer] = [await shared.join(), await shared.join()];
    const tags = [
      '',
      '\u0000',
      '"quoted"\r\n',
      '{ä} 🎫 \u2028',
      '0',
      '__proto__',
      'k'.repeat(5_000),
    ];
    for (const tag of tags) {
      const since = reader.position();
      await writer.invalidate([tag, tag]);
      t.true(await reader.catchUp());
      t.false(reader.isCurrent(since, [tag]), tag);
      t.true(reader.isCurrent(reader.position(), [tag]), tag);
    }
    const since = reader.position();
    await writer.invalidate([]);
    t.true(await reader.catchUp());
    t.true(reader.isCurrent(since, tags));
  });

  test(`${name} takes many tags at once`, async (t) => {
    using shared = open({ tagsMax: 10_000 });
    const [reader, writer] = [await shared.join(), await shared.join()];
    const since = reader.position();
    const tags = Array.from({ length: 4_500 }, (_, index) => `tag ${index}`);
    await writer.invalidate(tags);
    const late = await shared.join();
    for (const log of [reader, late]) {
      t.true(await log.catchUp());
      t.true(tags.every((tag) => !log.isCurrent(since, [tag])));
      t.true(log.isCurrent(since, ['tag 4500']));
      t.true(log.isCurrent(log.position(), tags));
    }
  });

  test(`${name} that forgets the oldest tags takes all from before for out of date`, async (t) => {
    using shared = open({ tagsMax: 10 });
    const [reader, writer] = [await shared.join(), await shared.join()];
    const start = reader.position();
    const positions = [];
    for (let index = 0; index < 10; index += 1) {
      await writer.invalidate([`tag ${index}`]);
      t.true(await reader.catchUp());
      positions.push(reader.position());
    }
    t.true(reader.isCurrent(start, ['other']), 'nothing is forgotten yet');
    await writer.invalidate(['tag 0']); // moves to the end
    t.true(await reader.catchUp());
    t.true(reader.isCurrent(start, ['other']), 'it is the same ten');
    await writer.invalidate(['tag 10', 'tag 11', 'tag 12']);
    const late = await shared.join();
    for (const log of [reader, late]) {
      t.true(await log.catchUp());
      t.false(log.isCurrent(start, ['other']), 'tags 1 to 3 are forgotten');
      t.false(log.isCurrent(positions[2] ?? start, ['other']));
      t.true(log.isCurrent(positions[3] ?? start, ['other']));
      t.true(log.isCurrent(positions[3] ?? start, ['tag 3']));
      t.false(log.isCurrent(positions[3] ?? start, ['tag 4']));
    }
  });

  test(`${name} answers all who ask in one turn`, async (t) => {
    using shared = open({ tagsMax });
    const [reader, writer] = [await shared.join(), await shared.join()];
    const since = reader.position();
    await writer.invalidate(['a']);
    const answers = await Promise.all(Array.from({ length: 100 }, () => reader.catchUp()));
    t.true(answers.every(Boolean));
    t.false(reader.isCurrent(since, ['a']));
  });

  test(`${name} agrees with a model while processes race`, async (t) => {
    using shared = open({ tagsMax });
    const logs = [await shared.join(), await shared.join()];
    const wrong = await testAgainstModel(logs, { steps: 10_000, seed: 1 });
    t.deepEqual(wrong, []);
  });
}
