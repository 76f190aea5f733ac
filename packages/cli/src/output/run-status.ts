import type { RunStatus, RunView, StepView } from '@baton/contracts';
import { line, safe } from './safe.ts';
import type { Style } from './style.ts';
import { duration } from './times.ts';

export function paintStatus(status: RunStatus | StepView['status'], style: Style): string {
  if (status === 'completed') return style.good(status);
  if (status === 'failed' || status === 'blocked') return style.bad(status);
  return status === 'running' ? style.strong(status) : style.warn(status);
}

export const signOf = (status: StepView['status']): string => ({ running: '▸', 'backing-off': '↻', waiting: '…', completed: '✓', failed: '✗', continued: '!', cancelled: '–' })[status];

/** Its state, and which branch of a Parallel or iteration of a Map it stands in. */
export const nameOf = ({ state, branch }: StepView): string => `${line(state, 60)}${branch === undefined ? '' : ` [${line(branch.slice(branch.indexOf('-') + 1), 12)}]`}`;

/** One row per step: what it does, which attempt, for how long. */
export function stepRows(run: RunView, nowMs: number, style: Style): string[] {
  const width = Math.max(8, ...run.steps.map((step) => nameOf(step).length));
  return run.steps.map((step) => {
    const parts = [
      `${paintSign(step.status, style)} ${nameOf(step).padEnd(width)}`,
      paintStatus(step.status, style).padEnd(0),
      step.attempts > 1 ? style.warn(`attempt ${step.attempts}`) : '',
      style.quiet(duration((step.endedMs ?? nowMs) - step.enteredMs)),
      doing(step, nowMs),
    ];
    return parts.filter((part) => part !== '').join('  ');
  });
}

function paintSign(status: StepView['status'], style: Style): string {
  const sign = signOf(status);
  return status === 'completed' ? style.good(sign) : status === 'failed' ? style.bad(sign) : status === 'running' ? sign : style.warn(sign);
}

function doing(step: StepView, nowMs: number): string {
  if (step.signal !== undefined) return `waits for the signal ${line(step.signal, 100)}${atMost(step.dueMs, nowMs)}`;
  if (step.task?.status === 'open') return `asks ${line(step.task.title, 100)}${atMost(step.dueMs, nowMs)}`;
  if (step.child !== undefined && step.status === 'waiting') return `waits for ${step.child.runId} of ${line(step.child.workflow, 60)}${atMost(step.dueMs, nowMs)}`;
  if (step.child !== undefined && step.status === 'completed') return `started ${step.child.runId} of ${line(step.child.workflow, 60)}`;
  if (step.status === 'backing-off' || step.status === 'waiting') return step.dueMs === undefined ? '' : `next in ${duration(step.dueMs - nowMs)}${step.error === undefined ? '' : ` after ${line(step.error.message, 100)}`}`;
  if (step.status === 'running') {
    const percent = step.progress?.percent;
    return [percent === undefined ? '' : `${Math.round(percent)} %`, line(step.progress?.message ?? '', 100)].filter((part) => part !== '').join('  ');
  }
  return step.error === undefined ? '' : line(`${step.error.name}: ${step.error.message}`, 200);
}

/** Without a deadline of its own a wait may take years, which says nothing. */
const WORTH_SAYING_MS = 31_536_000_000;

function atMost(dueMs: number | undefined, nowMs: number): string {
  return dueMs === undefined || dueMs - nowMs > WORTH_SAYING_MS ? '' : `, at most ${duration(dueMs - nowMs)} more`;
}

/** Everything of the error, findings too, for the end of a run. */
export function errorLines(run: RunView, style: Style): string[] {
  if (run.error === undefined) return [];
  const { name, message, details } = run.error;
  const findings = Array.isArray((details as { findings?: unknown } | undefined)?.findings) ? (details as { findings: unknown[] }).findings : [];
  return [
    style.bad(`${safe(name)}: ${safe(message)}`),
    ...findings.flatMap((finding) => {
      const { message: said, help, field, page } = finding as Record<string, unknown>;
      if (typeof said !== 'string') return [];
      const where = [typeof field === 'string' ? field : '', typeof page === 'number' ? `page ${page}` : ''].filter((part) => part !== '').join(', ');
      return [`  • ${safe(said)}${where === '' ? '' : style.quiet(` (${safe(where)})`)}`, ...(typeof help === 'string' ? [`    ${style.quiet(safe(help))}`] : [])];
    }),
  ];
}
