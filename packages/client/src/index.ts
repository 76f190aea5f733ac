export { BatonError, type BatonErrorCode } from './baton-error.ts';
export { createClient, type BatonClient, type BatonClient as Client, type ClientOptions, type Signalled, type StartOptions, type WaitOptions } from './client.ts';
export type { UploadOptions } from './artifacts.ts';
export type { RetryOptions } from './retry.ts';
export type { RunUpdate, WatchOptions } from './watch.ts';
