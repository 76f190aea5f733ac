import { ArtifactRef, OperatingError, readValue } from '@baton/contracts';

/**
 * @throws OperatingError `hash_mismatch` where another hash was announced.
 * @throws ContractError where name or media type are not as they must be.
 */
export function checkedRef(found: { readonly hash: string; readonly bytes: number }, about: { readonly name: string; readonly mediaType: string; readonly expectedHash?: string }): ArtifactRef {
  if (about.expectedHash !== undefined && about.expectedHash !== found.hash) {
    throw new OperatingError('hash_mismatch', `Expected content with the hash ${about.expectedHash}, but found ${found.hash}`, { retry: 'no' });
  }
  return readValue(ArtifactRef, { ...found, mediaType: about.mediaType, name: about.name });
}
