import type { ArtifactRef } from '@baton/contracts';

export type BlobContent = Uint8Array | AsyncIterable<Uint8Array>;

/** Files by the SHA-256 of their content. The same content twice is one file. */
export interface BlobStore {
  /**
   * @param about `maxBytes` refuses larger content with an OperatingError `payload_too_large`; `expectedHash` refuses other content with `hash_mismatch`. Nothing half-written is ever visible.
   */
  put(content: BlobContent, about: { readonly name: string; readonly mediaType: string; readonly maxBytes?: number; readonly expectedHash?: string }): Promise<ArtifactRef>;
  /** @throws OperatingError `unknown_artifact`. */
  get(hash: string): Promise<AsyncIterable<Uint8Array>>;
  /** Undefined where there is no such file. */
  stat(hash: string): Promise<ArtifactRef | undefined>;
}
