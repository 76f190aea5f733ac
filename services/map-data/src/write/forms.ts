/** What is written of an iteration, in the words of AWS. Source: AWS Step Functions, "ResultWriter (Map)". */
import { createHash } from 'node:crypto';
import type { Json } from '@baton/contracts';
import type { AnyRecord } from './records.ts';

export type Transformation = 'NONE' | 'COMPACT' | 'FLATTEN';

/** What the run of all iterations is called. */
export interface MapRun {
  readonly Id: string;
  readonly Arn: string;
  /** The beginnings of the names of iterations, and what they are iterations of. */
  readonly ExecutionArn: string;
  readonly StateMachineArn: string;
}

/** What is written, each by itself: of results that are lists FLATTEN writes the elements. What has not succeeded is always written with all that is known of it. */
export function written({ index, record }: { readonly index: number; readonly record: AnyRecord }, { transformation, mapRun }: { readonly transformation: Transformation; readonly mapRun: MapRun }): readonly Json[] {
  if (record.status !== 'SUCCEEDED' || transformation === 'NONE') return [described(index, record, mapRun)];
  const { output = null } = record;
  return transformation === 'FLATTEN' && Array.isArray(output) ? (output as readonly Json[]) : [output];
}

function described(index: number, record: AnyRecord, { Id, ExecutionArn, StateMachineArn }: MapRun): Json {
  const name = nameOf(Id, index);
  const ended = record.status === 'PENDING' ? undefined : record;
  return {
    ...(ended?.cause !== undefined && { Cause: ended.cause }),
    ...(ended?.error !== undefined && { Error: ended.error }),
    ExecutionArn: `${ExecutionArn}:${name}`,
    Input: JSON.stringify(record.input),
    InputDetails: { Included: true },
    Name: name,
    ...(ended?.status === 'SUCCEEDED' && { Output: JSON.stringify(ended.output ?? null), OutputDetails: { Included: true } }),
    RedriveCount: 0,
    RedriveStatus: 'NOT_REDRIVABLE',
    ...(ended !== undefined && { StartDate: new Date(ended.startMs).toISOString() }),
    StateMachineArn,
    Status: record.status,
    ...(ended !== undefined && { StopDate: new Date(ended.stopMs).toISOString() }),
  };
}

/** An iteration has no name of its own here; this one is the same whenever it is asked for. */
function nameOf(id: string, index: number): string {
  const hash = createHash('sha256').update(`${id}/${index}`).digest('hex');
  return [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`, hash.slice(20, 32)].join('-');
}
