/** A run as it goes, in the terminal: one line a step, redrawn in place; plain lines where the output is no terminal. */
import type { RunView, StepView } from '@baton/contracts';

export interface Progress {
  show(run: RunView): void;
  /** Draws the last state once more and leaves it standing. */
  end(): void;
}

const SIGNS: Readonly<Record<StepView['status'], string>> = { running: '▸', 'backing-off': '↻', waiting: '…', completed: '✓', failed: '✗', continued: '!', cancelled: '–' };
const BAR_WIDTH = 20;

export function createProgress(out: NodeJS.WriteStream, titles: readonly string[], nowMs: () => number = Date.now): Progress {
  return out.isTTY ? redrawn(out, titles, nowMs) : lines(out, nowMs);
}

function redrawn(out: NodeJS.WriteStream, titles: readonly string[], nowMs: () => number): Progress {
  let drawn = 0;
  let latest: RunView | undefined;
  const draw = (): void => {
    if (latest === undefined) return;
    const columns = out.columns ?? 80;
    const text = rows(latest, titles, nowMs()).map((row) => [...row].slice(0, columns - 1).join(''));
    out.write(`${drawn > 0 ? `\x1b[${drawn}A` : ''}${text.map((row) => `\x1b[2K${row}\n`).join('')}`);
    drawn = text.length;
  };
  const ticking = setInterval(draw, 200);
  ticking.unref();
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

/** Says each change once, so that a log stays readable. */
function lines(out: NodeJS.WriteStream, nowMs: () => number): Progress {
  const said = new Map<string, string>();
  return {
    show(run) {
      for (const step of run.steps) {
        if (step.type !== 'Task') continue;
        const percent = step.progress?.percent;
        const state = `${step.status} ${step.attempts} ${percent === undefined ? '' : Math.floor(percent / 25)}`;
        if (said.get(step.stepId) === state) continue;
        said.set(step.stepId, state);
        out.write(`${stepRow(step, nowMs())}\n`);
      }
    },
    end: () => undefined,
  };
}

function rows(run: RunView, titles: readonly string[], now: number): string[] {
  const tasks = run.steps.filter((step) => step.type === 'Task');
  const coming = titles.slice(tasks.length).map((title) => `  · ${title}`);
  return [...tasks.map((step) => stepRow(step, now)), ...(run.status === 'running' ? coming : [])];
}

export function stepRow(step: StepView, now: number): string {
  const elapsed = `${(Math.max(0, (step.endedMs ?? now) - step.enteredMs) / 1_000).toFixed(1)} s`;
  const attempt = step.attempts > 1 ? `attempt ${step.attempts}` : '';
  return `  ${SIGNS[step.status]} ${step.state.padEnd(26)}${elapsed.padStart(8)}  ${[attempt, doing(step, now)].filter((part) => part !== '').join('  ')}`.trimEnd();
}

function doing(step: StepView, now: number): string {
  if (step.status === 'backing-off') return `${step.error?.message ?? 'failed'}; next attempt in ${Math.max(0, Math.ceil(((step.dueMs ?? now) - now) / 1_000))} s`;
  if (step.status === 'failed') return step.error?.name ?? '';
  if (step.status !== 'running') return '';
  const { percent, message } = step.progress ?? {};
  const bar = percent === undefined ? '' : `${'█'.repeat(Math.round((percent / 100) * BAR_WIDTH)).padEnd(BAR_WIDTH, '░')} ${Math.round(percent)} %`;
  return [bar, message ?? ''].filter((part) => part !== '').join('  ');
}
