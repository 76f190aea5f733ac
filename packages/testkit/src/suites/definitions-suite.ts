import { definitionKey, readDefinitionRecord } from '@baton/contracts';
import type { Definitions, LogRecord } from '@baton/ports';
import { eventually } from './eventually.ts';
import { runner } from './runner.ts';
import { samplePointer } from './samples.ts';

export interface OpenedDefinitions {
  connect(): Promise<Definitions>;
  close(): Promise<void>;
}

/** What every Definitions must do. */
export function definitionsSuite(name: string, open: () => Promise<OpenedDefinitions>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`Definitions: ${name}`, () => {
    let opened: OpenedDefinitions;
    let definitions: Definitions;
    let stops: (() => Promise<void>)[];
    beforeEach(async () => {
      opened = await open();
      definitions = await opened.connect();
      stops = [];
    });
    afterEach(async () => {
      for (const stop of stops) await stop();
      await opened.close();
    });
    async function follow(on = definitions) {
      const records: LogRecord[] = [];
      const following = await on.follow((chunk) => void records.push(...chunk));
      stops.push(() => following.stop());
      return { records, names: () => records.map(({ key }) => key) };
    }

    it('has shown everything that was there when following began', async () => {
      await definitions.publish([samplePointer('a'), samplePointer('b')]);
      await definitions.publish([samplePointer('c')]);
      expect((await follow()).names()).toEqual(['a', 'b', 'c']);
    });

    it('begins at once where nothing was published', async () => {
      expect((await follow()).names()).toEqual([]);
    });

    it('shows what is published later, also by another process', async () => {
      const { names } = await follow();
      await (await opened.connect()).publish([samplePointer('later')]);
      await eventually('it has come', () => names().includes('later'));
    });

    it('keeps the newest record of a key, in order after the older ones', async () => {
      for (const ver of [1, 2, 3]) await definitions.publish([samplePointer('a', ver)]);
      const { records } = await follow();
      expect(records.at(-1)!.key).toBe(definitionKey(samplePointer('a', 3)));
      expect(readDefinitionRecord(records.at(-1)!.value!)).toEqual(samplePointer('a', 3));
    });

    it('shows that a key was taken back, after what it said', async () => {
      await definitions.publish([samplePointer('a'), samplePointer('b')]);
      const { records } = await follow();
      await definitions.takeBack(['a']);
      await eventually('it has come', () => records.at(-1)?.key === 'a' && records.at(-1)?.value === null);
    });

    it('shows everything to each follower', async () => {
      await definitions.publish([samplePointer('a')]);
      const one = await follow();
      const two = await follow(await opened.connect());
      await definitions.publish([samplePointer('b')]);
      await eventually('both have both', () => one.names().length === 2 && two.names().length === 2);
    });
  });
}
