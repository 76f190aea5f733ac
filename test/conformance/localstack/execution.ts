/** An execution: what came out here against what AWS recorded, its output and the states that it went through. */
import { isJsonObject, type Json, type RunState } from '@baton/contracts';
import { bound } from '../bindings.ts';
import { failed, passed, unsupported, type Verdict } from '../case.ts';
import { statesOf } from '../definition.ts';
import { drive, type Answer, type AttemptSeen, type Driven } from '../drive.ts';
import { differences, jsonText, short, type Tolerance } from '../match.ts';
import { check, featureOf } from '../refusal.ts';
import { recordedAtMs, type RecordedCase } from './recorded.ts';
import { Replay } from './replay.ts';
import { traceDifferences } from './trace.ts';

/** So many differences say enough of a case. */
const MOST_TOLD = 3;

/** @param read what reads the items of a Map, where the case has objects to read; undefined of any other attempt. */
export function runExecution(recorded: RecordedCase, read?: (attempt: AttemptSeen) => Answer | undefined): Verdict {
  if (recorded.input === undefined && recorded.inputText !== undefined) return unsupported('an input that is no JSON');
  const definition = bound(recorded.definition);
  const checked = check(definition);
  if ('refused' in checked) return unsupported(featureOf(checked.refused, definition));
  const replay = new Replay(recorded);
  const driven = drive({
    machine: checked.machine,
    input: recorded.input ?? {},
    startMs: recordedAtMs(recorded),
    answer: (attempt) => read?.(attempt) ?? replay.answer(attempt),
    cancelAtRest: recorded.expected['status'] === 'ABORTED',
  });
  if (replay.notRecorded) return unsupported('a task of which no answer was recorded');
  const notes: string[] = [];
  const tolerance = toleranceOf(recorded);
  const wrong = [...outcomeDifferences(recorded, driven, tolerance, notes), ...replay.problems(), ...traceDifferences(recorded, driven.passages, tolerance, statesOf(recorded.definition))];
  return wrong.length === 0 ? passed(notes) : failed(wrong.slice(0, MOST_TOLD).join('; '), notes);
}

function outcomeDifferences({ expected }: RecordedCase, { run, stuck, events }: Driven, tolerance: Tolerance, notes: string[]): string[] {
  if (run === undefined) return [stuck ?? 'the run did not start'];
  if (stuck !== undefined) return [stuck];
  const status = statusOf(run, events.some(({ event }) => event.type === 'run-failed') && run.error?.name === 'States.Timeout' && run.error.step === undefined);
  const found = `${status}${run.error === undefined ? '' : ` with ${run.error.name}: ${run.error.message}`}`;
  if (status !== expected['status']) return [`expected ${JSON.stringify(expected['status'])}${expected['error'] === undefined ? '' : ` with ${String(expected['error'])}`}, found ${found}`];
  if (expected['cause'] !== undefined) compareCause(expected['cause'], run.error?.message ?? '', tolerance, notes);
  return [
    ...('output' in expected ? differences(expected['output'], run.output, tolerance, '$.output') : []),
    ...('error' in expected && expected['error'] !== run.error?.name ? [`$.error: expected ${short(expected['error'])}, found ${found}`] : []),
    ...(isJsonObject(expected['cause']) ? differences(expected['cause'], jsonText(run.error?.message ?? '') ?? run.error?.message, tolerance, '$.cause') : []),
  ];
}

/** Prose: worth reading, never worth failing for. */
function compareCause(expected: Json, found: string, { volatile }: Tolerance, notes: string[]): void {
  if (typeof expected === 'string' && expected !== found && !volatile.has('$.cause')) notes.push(`the cause reads ${short(found)} where AWS says ${short(expected)}`);
}

function statusOf({ status }: RunState, outOfTime: boolean): string {
  if (status === 'completed') return 'SUCCEEDED';
  if (status === 'cancelled') return 'ABORTED';
  return outOfTime ? 'TIMED_OUT' : 'FAILED';
}

/** What is masked at the places that no two executions share is masked wherever else it turns up, in the trace for one. */
export function toleranceOf({ volatilePaths, exactOutput, expected }: Pick<RecordedCase, 'volatilePaths' | 'exactOutput' | 'expected'>): Tolerance {
  const masks = new Set<string>();
  const volatile = new Set(volatilePaths);
  const collect = (value: Json | undefined, at: string): void => {
    if (volatile.has(at) && typeof value === 'string') masks.add(value);
    if (Array.isArray(value)) value.forEach((item, i) => collect(item as Json, `${at}[${i}]`));
    else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) collect(item, /^[A-Za-z_]\w*$/.test(key) ? `${at}.${key}` : `${at}['${key}']`);
  };
  if (!exactOutput) collect(expected, '$');
  return { volatile, masks, anyMask: !exactOutput };
}
