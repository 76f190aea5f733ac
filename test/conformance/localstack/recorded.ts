/** The data of LocalStack's suite as it lies in the folder: what its README says of the fields, as types. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '@baton/contracts';

export interface IndexRow {
  readonly id: string;
  readonly tier: string;
  readonly kind: string;
  readonly queryLanguage: string;
  readonly stateTypes: Readonly<Record<string, number>>;
  readonly features: readonly string[];
  readonly exactOutput: boolean;
  readonly path: string;
}

export interface RecordedTask {
  /** Null where the recording could not be linked to a state. */
  readonly state: string | null;
  readonly kind: string;
  /** Of the integration, with its suffix. */
  readonly resource?: string;
  readonly input?: Json;
  readonly parameters?: Json;
  /** What the service answered at once, where the end of the task came later. */
  readonly submitted?: { readonly output?: Json };
  readonly outcome?: { readonly type: 'Succeeded' | 'Failed' | 'TimedOut'; readonly output?: Json; readonly error?: string; readonly cause?: Json };
}

export interface RecordedCase extends IndexRow {
  readonly machineType?: string;
  readonly definition: Json;
  readonly input?: Json;
  /** Instead of `input` where that was no JSON. */
  readonly inputText?: string;
  readonly expected: JsonObject;
  readonly volatilePaths: readonly string[];
  readonly source?: { readonly recordedOnAws?: string | null };
  readonly trace?: readonly { readonly event: string; readonly state?: string; readonly input?: Json; readonly output?: Json }[];
  readonly recordedTasks?: readonly RecordedTask[];
  readonly lambdas?: readonly { readonly func_name: string; readonly behaviour: string }[];
  readonly s3Objects?: readonly JsonObject[];
  readonly testStateArgs?: JsonObject;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

export const readIndex = (directory: string): readonly IndexRow[] => readJson(join(directory, 'index.json')) as IndexRow[];
export const readCase = (directory: string, row: IndexRow): RecordedCase => ({ ...row, ...(readJson(join(directory, row.path)) as RecordedCase) });
export const readCore = (directory: string): readonly string[] => readJson(join(directory, 'core.json')) as string[];

/** `20-07-2024, 15:10:57`: when AWS ran it, which is when it runs here. Epoch milliseconds. */
export function recordedAtMs({ source }: Pick<RecordedCase, 'source'>): number {
  const [, day, month, year, time] = /^(\d{2})-(\d{2})-(\d{4}), (\d{2}:\d{2}:\d{2})$/.exec(source?.recordedOnAws ?? '') ?? [];
  return time === undefined ? Date.parse('2025-01-01T00:00:00Z') : Date.parse(`${year}-${month}-${day}T${time}Z`);
}
