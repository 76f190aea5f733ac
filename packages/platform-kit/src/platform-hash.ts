/** Every process that stands on this package hashes with Node's own function. */
import { hash } from 'node:crypto';
import { usePlatformSha256 } from '@baton/contracts';

usePlatformSha256((text) => hash('sha256', text, 'hex'));
