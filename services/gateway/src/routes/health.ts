/** Probes. Alive says that this process answers; ready that a start can be taken. The views decide the reading routes only. */
import type { Clock } from '@baton/ports';
import { withDeadline } from '../deadline.ts';
import type { Door } from '../door.ts';
import type { Handler } from '../http/route.ts';
import type { ReadinessCheck } from '../ports.ts';

const CHECK_MS = 3_000;

export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'not-ready';
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly required: boolean; readonly detail?: string }>>;
  readonly nowMs: number;
}

export const livez: Handler = (_request, response) => {
  response.json({ status: 'alive' });
};

/** `stopping` and the crash of the intake shut the door at once. */
export function readyz(door: Door, lifecycle: { readonly refusing: () => string | undefined }): Handler {
  const ownChecks: Record<string, ReadinessCheck> = {
    gateway: { required: true, check: async () => refuseWith(lifecycle.refusing()) },
    definitions: { required: true, check: async () => (door.definitions.loaded ? workflowCount(door.definitions.all().length) : refuseWith('the definitions are still being read')) },
    views: {
      required: false,
      check: async () => {
        const missing = await door.ports.views.missing();
        return missing.length === 0 ? undefined : refuseWith(`${missing.length} partitions are being rebuilt`);
      },
    },
  };
  return async (_request, response) => {
    const readiness = await readinessOf({ ...ownChecks, ...door.ports.checks }, door.clock);
    response.status(readiness.status === 'not-ready' ? 503 : 200).set('Cache-Control', 'no-store').json(readiness);
  };
}

const workflowCount = (count: number): string => `${count} workflow${count === 1 ? '' : 's'}`;

function refuseWith(reason: string | undefined): undefined {
  if (reason !== undefined) throw new Error(reason);
  return undefined;
}

async function readinessOf(checks: Readonly<Record<string, ReadinessCheck>>, clock: Clock): Promise<Readiness> {
  const answered = await Promise.all(
    Object.entries(checks).map(async ([name, { required, check }]) => {
      try {
        const detail = await withDeadline(clock, CHECK_MS, name, Promise.resolve().then(check));
        return [name, { ok: true, required, ...(detail !== undefined && { detail }) }] as const;
      } catch (error) {
        return [name, { ok: false, required, detail: (error as Error).message.slice(0, 500) }] as const;
      }
    }),
  );
  const bad = answered.filter(([, check]) => !check.ok);
  const status = bad.some(([, check]) => check.required) ? 'not-ready' : bad.length > 0 ? 'degraded' : 'ready';
  return { status, checks: Object.fromEntries(answered), nowMs: clock.nowMs() };
}

export function metrics(door: Door): Handler {
  return async (_request, response) => {
    const page = await door.ports.metrics?.();
    response.set('Content-Type', page?.contentType ?? 'text/plain; version=0.0.4; charset=utf-8').set('Cache-Control', 'no-store').send(page?.body ?? '');
  };
}
