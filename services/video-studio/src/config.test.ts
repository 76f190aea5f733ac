import { describe, expect, it } from '@jest/globals';
import { readStudioConfig } from './config.ts';

describe('settings', () => {
  it('have defaults that need nothing', () => {
    expect(readStudioConfig({ PATH: '/usr/bin' })).toMatchObject({ speech: 'auto', video: 'auto', filmsAtOnce: 1, loudnessLufs: -16, voice: { name: 'en-gb', wordsPerMinute: 155 } });
  });

  it('are refused with everything that is wrong, unknown names included', () => {
    const read = () => readStudioConfig({ VIDEO_STUDIO_SPEECH: 'loud', VIDEO_STUDIO_FILMS_AT_ONCE: '0', VIDEO_STUDIO_VIOCE: 'en-us', VIDEO_STUDIO_VOICE: '--path=/etc' });
    for (const name of ['VIDEO_STUDIO_SPEECH', 'VIDEO_STUDIO_FILMS_AT_ONCE', 'VIDEO_STUDIO_VIOCE: there is no such setting', 'VIDEO_STUDIO_VOICE: Expected an espeak-ng voice']) expect(read).toThrow(name);
  });
});
