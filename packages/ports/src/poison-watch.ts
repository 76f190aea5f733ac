/**
 * Finds the message that kills the process which decides on it. An owner that follows a dead one writes down what it is about
 * to decide on; where owners die at the same note again and again, it is the message. Kept beside the view and lost with it
 * without harm. Who writes is told by its epoch: what a former owner says late changes nothing, except that it lives.
 */
export interface PoisonWatch {
  /** A new owner begins at an inbox position; what was noted before that position is forgotten. */
  begin(partition: number, owner: { readonly epoch: number; readonly position: number }): Promise<Aftermath>;
  /** The owner is about to decide on the record at this offset. Resolves when that is written. */
  deciding(partition: number, note: { readonly epoch: number; readonly offset: number }): Promise<void>;
  /** It has decided on it, and lives: whoever died at this offset did not die of it. */
  decided(partition: number, note: { readonly epoch: number; readonly offset: number }): Promise<void>;
  /** The owner has ended and lives, whether it was told to stop or failed. Said late, it takes back a death that was counted. */
  ended(partition: number, owner: { readonly epoch: number }): Promise<void>;
}

/** How the owners before ended. */
export interface Aftermath {
  /** The last one has not said that it ended. */
  readonly died: boolean;
  /** Where owners died with a note, and how many of them. */
  readonly suspect?: { readonly offset: number; readonly deaths: number };
}
