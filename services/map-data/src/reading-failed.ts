/**
 * The items cannot be read: by the name that Amazon States Language has for it. `retry`: whether reading again would say the same,
 * as of a file that is not there; the platform then leaves it at that, and only a Retry of the definition reads again.
 */
export class ItemReaderFailed extends Error {
  override readonly name = 'States.ItemReaderFailed';
  readonly details = { retry: 'no' } as const;
}
