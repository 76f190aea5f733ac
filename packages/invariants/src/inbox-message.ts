import { ContractError, readInboxMessage, type InboxMessage } from '@baton/contracts';
import type { RecordedEntry } from './evidence.ts';

/** @returns undefined where it is none that the engine can read. */
export function messageOf(value: RecordedEntry['value']): InboxMessage | undefined {
  try {
    return readInboxMessage(value ?? '');
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
}
