/** The items cannot be read: by the name that Amazon States Language has for it. */
export class ItemReaderFailed extends Error {
  override readonly name = 'States.ItemReaderFailed';
}
