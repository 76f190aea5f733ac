import { z } from 'zod';
import { ArtifactRef } from '@baton/contracts';

/** What was read back from the finished file. Every value here was compared with what was ordered. */
export const FilmProbe = z.strictObject({
  durationSeconds: z.number().positive(),
  /** The sum of the sentences and pauses the film was made from. */
  expectedSeconds: z.number().positive(),
  video: z.strictObject({
    codec: z.string(),
    /** The codec string of RFC 6381, such as `avc1.640028` (H.264 High, level 4.0). */
    codecString: z.string(),
    width: z.int(),
    height: z.int(),
    framesPerSecond: z.number(),
    frames: z.int(),
  }),
  audio: z.strictObject({ codec: z.string(), codecString: z.string(), sampleRate: z.int(), channels: z.int(), durationSeconds: z.number() }),
});
export type FilmProbe = z.infer<typeof FilmProbe>;

/** A finished film and what lies beside it. */
export const FilmResult = z.strictObject({
  /** MP4: H.264 High 1920×1080 at 30 frames a second, AAC-LC 48 kHz stereo, captions also inside. */
  film: ArtifactRef,
  /** WebVTT. */
  captions: ArtifactRef,
  /** PNG 1920×1080. */
  poster: ArtifactRef,
  durationSeconds: z.number().positive(),
  scenes: z.array(z.strictObject({ id: z.string(), startSeconds: z.number().nonnegative(), endSeconds: z.number().positive() })),
  probe: FilmProbe,
});
export type FilmResult = z.infer<typeof FilmResult>;
