import { z } from 'zod';
import { Sha256 } from './ids.ts';

/** A file on the blob port, named by the SHA-256 of its content. Messages carry this, never the file. */
export const ArtifactRef = z.strictObject({
  hash: Sha256,
  bytes: z.int().nonnegative(),
  mediaType: z.string().regex(/^[a-z0-9.+-]+\/[a-z0-9.+-]+(;.*)?$/i, 'Expected a media type such as application/pdf').max(255),
  /** For people and downloads; never used as a path. */
  name: z.string().min(1).max(255),
});
export type ArtifactRef = z.infer<typeof ArtifactRef>;
