import type { BlobStore, CommandSource, Definitions, DeadLetters, InboxSender } from '@baton/ports';

/** What a step service needs from the outside. In production it is Kafka and a directory; an embedded system and tests bring their own. */
export interface StepTransport {
  readonly commands: CommandSource;
  readonly inbox: InboxSender;
  readonly deadLetters: DeadLetters;
  readonly definitions: Definitions;
  readonly blobs: BlobStore;
}
