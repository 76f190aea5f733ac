/** A timeline as rows for a terminal: what, how it went, how long, and a bar on the time of the whole run. */
import type { Style } from '../output/style.ts';
import { line } from '../output/safe.ts';
import { duration } from '../output/times.ts';
import type { Part, StateSpan } from './timeline.ts';

export interface Frame {
  readonly startMs: number;
  /** Of the run, or now. */
  readonly endMs: number;
  readonly columns: number;
  readonly style: Style;
}

/** What a stretch of a bar stands for. */
export const SIGNS = { queued: '░', service: '█', backoff: '·', waiting: '─', other: '▏' } as const;

const LABEL = 44;
const TOOK = 12;
const SMALLEST_BAR = 20;
const INDENT = 2;

/** One row for each state, and one for each of its parts where one row would not tell them. */
export function timelineRows(states: readonly StateSpan[], frame: Frame): string[] {
  return states.flatMap((state) => {
    const { parts } = state;
    const [only] = parts;
    if (parts.length <= 1) return [row(`${nameOf(state)}${only === undefined ? '' : ` ${about(only, state)}`}`, state, parts, frame)];
    return [row(nameOf(state), state, parts, frame), ...parts.map((part) => row(about(part, state), { ...part, depth: state.depth + 1 }, [part], frame))];
  });
}

export function legend({ style }: Frame): string {
  return style.quiet(`${SIGNS.queued} queued  ${SIGNS.service} in service  ${SIGNS.backoff} backoff  ${SIGNS.waiting} waiting`);
}

/** The beginning, the middle and the end of the time that the bars are drawn on. */
export function scale({ startMs, endMs, columns, style }: Frame): string {
  const width = barWidth(columns);
  const half = duration((endMs - startMs) / 2);
  const end = duration(endMs - startMs);
  const middle = '0'.padEnd(Math.max(2, Math.floor(width / 2))) + half;
  return style.quiet(`${' '.repeat(LABEL + TOOK)}${middle.padEnd(Math.max(middle.length + 1, width - end.length))}${end}`);
}

type Row = Pick<StateSpan, 'startMs' | 'depth'> & { readonly endMs?: number; readonly outcome?: string; readonly error?: string };

function row(label: string, span: Row, parts: readonly Part[], frame: Frame): string {
  const { style } = frame;
  const indented = line(`${' '.repeat(INDENT * span.depth)}${label}`, LABEL - 1).padEnd(LABEL);
  const took = `${duration((span.endMs ?? frame.endMs) - span.startMs)}${span.endMs === undefined ? '…' : ''}`.padStart(TOOK - 2).padEnd(TOOK);
  const bad = span.error !== undefined || BAD.has(span.outcome ?? '');
  return `${bad ? style.bad(indented) : span.endMs === undefined ? style.strong(indented) : indented}${style.quiet(took)}${bar(span, parts, frame)}`.trimEnd();
}

const BAD = new Set(['failed', 'timed-out', 'heartbeat-lost']);

const nameOf = ({ state, branch, undoes }: StateSpan): string => `${undoes === true ? 'undo ' : ''}${state}${branch === undefined ? '' : ` [${branch.slice(branch.indexOf('-') + 1)}]`}`;

function about({ kind, attempt, of, outcome, error, endMs }: Part, state: StateSpan): string {
  const ended = error ?? (outcome === undefined || QUIET.has(outcome) || (state.parts.length <= 1 && state.outcome === outcome) ? undefined : outcome);
  const what = {
    attempt: `${of}${attempt === 1 && state.parts.length <= 1 ? '' : `, attempt ${attempt}`}`,
    backoff: `backoff before attempt ${attempt}`,
    wait: endMs === undefined ? 'waits' : 'waited',
    signal: `${endMs === undefined ? 'waits' : 'waited'} for the signal ${of}`,
    person: `${endMs === undefined ? 'asks' : 'asked'} a person: ${of}`,
    child: `${endMs === undefined ? 'waits' : 'waited'} for ${of}`,
  }[kind];
  return ended === undefined ? what : `${what}: ${ended}`;
}

const QUIET = new Set(['succeeded', 'over', 'taken', 'answered', 'completed', 'done']);

function bar(span: Row, parts: readonly Part[], { startMs, endMs, columns }: Frame): string {
  const width = barWidth(columns);
  const perMs = width / Math.max(1, endMs - startMs);
  const cells: string[] = Array.from({ length: width }, () => ' ');
  /** At least one cell, however short: what happened must be seen. */
  const fill = (fromMs: number, toMs: number, sign: string): void => {
    const first = Math.min(width - 1, Math.max(0, Math.floor((fromMs - startMs) * perMs)));
    const last = Math.min(width, Math.max(first + 1, Math.round((toMs - startMs) * perMs)));
    for (let cell = first; cell < last; cell++) cells[cell] = sign;
  };
  fill(span.startMs, span.endMs ?? endMs, SIGNS.other);
  for (const { kind, startMs: fromMs, takenMs, endMs: toMs = endMs } of parts) {
    if (kind !== 'attempt') fill(fromMs, toMs, kind === 'backoff' ? SIGNS.backoff : SIGNS.waiting);
    else {
      fill(fromMs, takenMs ?? toMs, SIGNS.queued);
      if (takenMs !== undefined) fill(takenMs, toMs, SIGNS.service);
    }
  }
  return cells.join('');
}

const barWidth = (columns: number): number => Math.max(SMALLEST_BAR, columns - LABEL - TOOK - 1);
