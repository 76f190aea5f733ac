import { describe, expect, it } from '@jest/globals';
import { FilmJob, filmLimits } from './film-job.ts';

const slide = { hash: 'a'.repeat(64), bytes: 1_000, mediaType: 'image/png', name: 'slide.png' };
const scene = (id: string, text = 'One sentence.') => ({ id, slide, sentences: [{ text }] });
const job = { title: 'A film', language: 'en', scenes: [scene('a'), scene('b')] };
const problems = (candidate: unknown): string[] => FilmJob.safeParse(candidate).error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];

describe('film job', () => {
  it('is accepted when whole', () => {
    expect(problems({ ...job, posterSceneId: 'b' })).toEqual([]);
  });

  it.each([
    ['no scene', { ...job, scenes: [] }, 'scenes: Expected at least one scene'],
    ['too many scenes', { ...job, scenes: Array.from({ length: 51 }, (_, index) => scene(`s${index}`)) }, 'scenes: '],
    ['a scene without sentences', { ...job, scenes: [{ ...scene('a'), sentences: [] }] }, 'scenes.0.sentences: Expected at least one sentence'],
    ['an empty sentence', { ...job, scenes: [scene('a', '')] }, 'scenes.0.sentences.0.text: Expected a sentence with at least one letter or digit'],
    ['a sentence of signs alone', { ...job, scenes: [scene('a', '— …')] }, 'scenes.0.sentences.0.text: Expected a sentence with at least one letter or digit'],
    ['a sentence that is too long', { ...job, scenes: [scene('a', 'x'.repeat(601))] }, 'scenes.0.sentences.0.text: Expected at most 600 characters'],
    ['two scenes of one id', { ...job, scenes: [scene('a'), scene('a')] }, "scenes.1.id: Expected ids that differ, but 'a' is there twice"],
    ['a poster that is no scene', { ...job, posterSceneId: 'z' }, "posterSceneId: Expected the id of one of the scenes, but got 'z'"],
    ['a line break in the title', { ...job, title: 'A\nfilm' }, 'title: Expected printable characters'],
    ['more narration than a film may have', { ...job, scenes: Array.from({ length: 40 }, (_, index) => scene(`s${index}`, 'word '.repeat(110))) }, `scenes: Expected at most ${filmLimits.totalCharacters} characters of narration`],
    ['an unknown language', { ...job, language: 'fr' }, 'language: '],
    ['an unknown key', { ...job, narrator: 'me' }, ': Unrecognized key'],
  ])('is refused for %s, by the field', (_, candidate, problem) => {
    expect(problems(candidate).some((one) => one.startsWith(problem))).toBe(true);
  });
});
