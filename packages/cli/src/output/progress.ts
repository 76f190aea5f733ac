/** A run as it goes: redrawn in place for a person, one line per change for a log. */
import type { RunView, StepView } from '@baton/contracts';
import type { Output } from '../world.ts';
import { nameOf, paintStatus, signOf, stepRows } from './run-status.ts';
import { line } from './safe.ts';
import type { Style } from './style.ts';
import { duration, instant } from './times.ts';

export interface Progress {
  show(run: RunView): void;
  /** Leaves what is drawn. */
  end(): void;
}

const REDRAW_MS = 200;

export function redrawnProgress(output: Output, style: Style, nowMs: () => number): Progress {
  let latest: RunView | undefined;
  let drawn = 0;
  const draw = (): void => {
    if (latest === undefined) return;
    const rows = progressRows(latest, nowMs(), style).map((row) => cut(row, (output.columns ?? 80) - 1));
    output.write(`${drawn === 0 ? '' : `\u001b[${drawn}A`}${rows.map((row) => `\u001b[2K${row}\n`).join('')}\u001b[0J`);
    drawn = rows.length;
  };
  const ticking = setInterval(draw, REDRAW_MS);
  return {
    show(run) {
      latest = run;
      draw();
    },
    end() {
      clearInterval(ticking);
      draw();
    },
  };
}

/** How many steps are shown; the last ones, where there are more. */
const MAX_ROWS = 20;

export function progressRows(run: RunView, nowMs: number, style: Style): string[] {
  const head = `${style.strong(line(run.workflow, 60))} ${style.quiet(run.runId)}  ${paintStatus(run.status, style)}  ${style.quiet(duration((run.endedMs ?? nowMs) - run.startedMs))}`;
  const steps = stepRows(run, nowMs, style);
  return [head, ...(steps.length > MAX_ROWS ? [style.quiet(`… ${steps.length - MAX_ROWS} steps before`)] : []), ...steps.slice(-MAX_ROWS)];
}

/** To so many columns, without counting or cutting colours. */
function cut(text: string, columns: number): string {
  let left = columns;
  let out = '';
  for (const [piece = ''] of text.matchAll(/\u001b\[[0-9;]*m|./gsu)) {
    if (piece.startsWith('\u001b')) out += piece;
    else if (left-- > 0) out += piece;
  }
  return out;
}

export function plainProgress(output: Output, nowMs: () => number): Progress {
  const said = new Map<string, string>();
  let status: string | undefined;
  return {
    show(run) {
      for (const step of run.steps) {
        const now = changeOf(step);
        if (said.get(step.stepId) === now) continue;
        said.set(step.stepId, now);
        output.write(`${instant(nowMs())}  ${signOf(step.status)} ${nameOf(step)}  ${now}\n`);
      }
      if (status !== run.status) output.write(`${instant(nowMs())}  run ${run.status}\n`);
      status = run.status;
    },
    end: () => undefined,
  };
}

/** Percents in tens, so that a long step does not fill a log. */
function changeOf(step: StepView): string {
  const percent = step.progress?.percent;
  return [
    step.status,
    step.attempts > 1 ? `attempt ${step.attempts}` : '',
    step.status === 'running' && percent !== undefined ? `${Math.floor(percent / 10) * 10} %` : '',
    step.status === 'running' ? line(step.progress?.message ?? '', 100) : '',
    step.status !== 'running' && step.error !== undefined ? line(`${step.error.name}: ${step.error.message}`, 200) : '',
    step.endedMs === undefined ? '' : `after ${duration(step.endedMs - step.enteredMs)}`,
  ]
    .filter((part) => part !== '')
    .join('  ');
}
