import { describe, expect, it } from '@jest/globals';
import { filler, optional, required, type DraftScene } from './draft.ts';
import { fit } from './fit.ts';
import { words } from './line.ts';

const seconds = (count: number) => words('x'.repeat(Math.round(count / 0.058)));
const scene = (...sentences: DraftScene['sentences']): DraftScene[] => [{ id: 'opening', heading: 'x', sentences }];
const kept = (scenes: DraftScene[]) => scenes.flatMap(({ sentences }) => sentences.map(({ need, rank }) => `${need} ${rank}`));

describe('fit', () => {
  it('keeps a script that has the right length as it is, without fillers', () => {
    expect(kept(fit(scene(required(seconds(50)), optional(1, seconds(10)), filler(1, seconds(5)))))).toEqual(['required 0', 'optional 1']);
  });

  it('drops optional sentences from the last rank up, those of one rank together', () => {
    const scenes = scene(required(seconds(60)), optional(2, seconds(10)), optional(1, seconds(10)), optional(2, seconds(10)));
    expect(kept(fit(scenes))).toEqual(['required 0', 'optional 1']);
  });

  it('adds fillers in their order until the script is long enough', () => {
    const scenes = scene(required(seconds(30)), filler(3, seconds(10)), filler(1, seconds(10)), filler(2, seconds(12)));
    expect(kept(fit(scenes))).toEqual(['required 0', 'filler 1', 'filler 2']);
  });
});
