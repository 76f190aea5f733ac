import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * The studio's settings, read once from the environment.
 *
 * | Variable | Meaning | Default |
 * |---|---|---|
 * | VIDEO_STUDIO_SPEECH | `auto`, `espeak-ng` or `text2wav` | `auto` |
 * | VIDEO_STUDIO_FFMPEG | `auto`, `ffmpeg`, `node-av` or the path of an ffmpeg program | `auto` |
 * | VIDEO_STUDIO_SCRATCH | directory of finished parts | `baton-video-studio` in the temporary directory |
 * | VIDEO_STUDIO_SCRATCH_MAX_MB | parts beyond this are taken away, the longest unused first | 2048 |
 * | VIDEO_STUDIO_SCRATCH_MAX_AGE_HOURS | parts unused for longer are taken away | 168 |
 * | VIDEO_STUDIO_FILMS_AT_ONCE | films made at the same time; others wait | 1 |
 * | VIDEO_STUDIO_VOICE | an espeak-ng voice | `en-gb` |
 * | VIDEO_STUDIO_WORDS_PER_MINUTE | speed of the voice | 155 |
 * | VIDEO_STUDIO_PITCH | pitch of the voice, 0 to 99 | 46 |
 * | VIDEO_STUDIO_LOUDNESS_LUFS | loudness of the narration | −16 |
 */
const Environment = z.object({
  VIDEO_STUDIO_SPEECH: z.enum(['auto', 'espeak-ng', 'text2wav']).default('auto'),
  VIDEO_STUDIO_FFMPEG: z.string().min(1).default('auto'),
  VIDEO_STUDIO_SCRATCH: z.string().min(1).optional(),
  VIDEO_STUDIO_SCRATCH_MAX_MB: z.coerce.number().int().min(64).default(2048),
  VIDEO_STUDIO_SCRATCH_MAX_AGE_HOURS: z.coerce.number().positive().default(168),
  VIDEO_STUDIO_FILMS_AT_ONCE: z.coerce.number().int().min(1).max(8).default(1),
  VIDEO_STUDIO_VOICE: z.string().regex(/^[a-z][A-Za-z0-9-]*(\+[A-Za-z0-9]+)?$/, 'Expected an espeak-ng voice such as en-gb or en-us+f3').default('en-gb'),
  VIDEO_STUDIO_WORDS_PER_MINUTE: z.coerce.number().int().min(80).max(300).default(155),
  VIDEO_STUDIO_PITCH: z.coerce.number().int().min(0).max(99).default(46),
  VIDEO_STUDIO_LOUDNESS_LUFS: z.coerce.number().min(-31).max(-12).default(-16),
});

export interface StudioConfig {
  readonly speech: 'auto' | 'espeak-ng' | 'text2wav';
  readonly video: string;
  readonly scratchDirectory: string;
  readonly scratchMaxBytes: number;
  readonly scratchMaxAgeMs: number;
  readonly filmsAtOnce: number;
  readonly voice: { readonly name: string; readonly wordsPerMinute: number; readonly pitch: number };
  readonly loudnessLufs: number;
}

const known = new Set(Object.keys(Environment.shape));

/** @throws Error listing everything wrong at once, unknown VIDEO_STUDIO_… names included. */
export function readStudioConfig(environment: Readonly<Record<string, string | undefined>>): StudioConfig {
  const unknown = Object.keys(environment).filter((name) => name.startsWith('VIDEO_STUDIO_') && !known.has(name)).map((name) => `${name}: there is no such setting`);
  const parsed = Environment.safeParse(environment);
  const wrong = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (!parsed.success || unknown.length > 0) throw new Error(`The settings of the video studio are not valid:\n  ${[...unknown, ...wrong].join('\n  ')}`);
  const settings = parsed.data;
  return {
    speech: settings.VIDEO_STUDIO_SPEECH,
    video: settings.VIDEO_STUDIO_FFMPEG,
    scratchDirectory: settings.VIDEO_STUDIO_SCRATCH ?? join(tmpdir(), 'baton-video-studio'),
    scratchMaxBytes: settings.VIDEO_STUDIO_SCRATCH_MAX_MB * 1024 * 1024,
    scratchMaxAgeMs: settings.VIDEO_STUDIO_SCRATCH_MAX_AGE_HOURS * 3_600_000,
    filmsAtOnce: settings.VIDEO_STUDIO_FILMS_AT_ONCE,
    voice: { name: settings.VIDEO_STUDIO_VOICE, wordsPerMinute: settings.VIDEO_STUDIO_WORDS_PER_MINUTE, pitch: settings.VIDEO_STUDIO_PITCH },
    loudnessLufs: settings.VIDEO_STUDIO_LOUDNESS_LUFS,
  };
}
