/** The results cannot be written where they should be, and writing again would say the same: by the name that Amazon States Language has for it. */
export class ResultWriterFailed extends Error {
  override readonly name = 'States.ResultWriterFailed';
  readonly details = { retry: 'no' } as const;
}
