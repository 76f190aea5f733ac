/** What was thrown, as the run keeps it: name, message, kind, details; bounded, without stack. The stack belongs into the log. */
import { LIMITS, utf8Length, type RunError } from '@baton/contracts';
import { safeText } from '@baton/platform-kit';
import { BusinessError, BusinessValidationError } from '../errors.ts';

/** Below what the engine keeps of an error's details, so that findings are cut here, by whole findings, rather than dropped there. */
const MAX_DETAILS_BYTES = 60_000;

export function toRunError(thrown: unknown, step: string): RunError {
  if (!(thrown instanceof Error)) {
    return { name: 'Error', message: messageOf(`${step} threw ${describe(thrown)}, which is not an Error`), kind: 'technical', step };
  }
  const details = detailsOf(thrown);
  return {
    name: safeText(thrown.name, 200) || 'Error',
    message: messageOf(thrown.message || thrown.name || 'The step failed without a message'),
    kind: thrown instanceof BusinessError ? 'business' : 'technical',
    ...(details !== undefined && { details }),
    step,
  };
}

/** Lines stay lines, for people; everything else that could disturb a terminal or a log is gone. */
function messageOf(message: string): string {
  const lines = message.slice(0, LIMITS.errorMessageLength).split(/\r?\n/).map((line) => safeText(line, LIMITS.errorMessageLength));
  const text = lines.join('\n');
  return text.length <= LIMITS.errorMessageLength ? text : `${text.slice(0, LIMITS.errorMessageLength - 1)}…`;
}

function describe(thrown: unknown): string {
  if (typeof thrown === 'string') return JSON.stringify(thrown);
  try {
    return JSON.stringify(thrown) ?? typeof thrown;
  } catch {
    return typeof thrown;
  }
}

function detailsOf(error: Error): unknown {
  if (error instanceof BusinessValidationError) return findingsWithin(error.findings);
  const own = (error as { details?: unknown }).details;
  if (own !== undefined) return json(own) ?? { omitted: 'not JSON, or too large' };
  const { code } = error as { code?: unknown };
  return typeof code === 'string' || typeof code === 'number' ? { code } : undefined;
}

function findingsWithin(findings: readonly unknown[]): unknown {
  for (let kept = findings.length; kept > 0; kept = Math.floor(kept / 2)) {
    const details = { findings: findings.slice(0, kept), ...(kept < findings.length && { omittedFindings: findings.length - kept }) };
    const fitting = json(details);
    if (fitting !== undefined) return fitting;
  }
  return { findings: [], omittedFindings: findings.length };
}

/** As it will be read at the other end; undefined where it is not JSON or too large. */
function json(value: unknown): unknown {
  try {
    const text = JSON.stringify(value);
    return text !== undefined && utf8Length(text) <= MAX_DETAILS_BYTES ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}
