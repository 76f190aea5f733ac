/** What /livez and /readyz answer: a list of named checks, each asked within a deadline. */
export interface HealthCheck {
  readonly name: string;
  /** @returns undefined where all is well, otherwise the reason in a few words. A throw counts as a reason. */
  check(): string | undefined | Promise<string | undefined>;
}

export interface HealthOptions {
  /** Reasons to be restarted: only what a restart can mend, never that something outside is away. */
  readonly live?: readonly HealthCheck[];
  /** Reasons to get no work at the moment. */
  readonly ready?: readonly HealthCheck[];
  /** How long one check may take. Default 2,000. */
  readonly deadlineMs?: number;
  /** The text of /metrics. */
  readonly metrics?: () => Promise<string>;
}

export interface HealthAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface Health {
  /** Answers /livez, /readyz and /metrics; undefined for any other path. For services with their own HTTP server. */
  answer(path: string): Promise<HealthAnswer | undefined>;
  /** From now on /readyz says so: the service is going away. /livez stays as it is. */
  draining(): void;
}

export function createHealth(options: HealthOptions): Health {
  const deadlineMs = options.deadlineMs ?? 2_000;
  let isDraining = false;
  return {
    draining() {
      isDraining = true;
    },
    async answer(path) {
      if (path === '/livez') return report(await ask(options.live ?? [], deadlineMs));
      if (path === '/readyz') return report([...(isDraining ? [['shutdown', 'the service is stopping'] as const] : []), ...(await ask(options.ready ?? [], deadlineMs))]);
      if (path !== '/metrics' || options.metrics === undefined) return undefined;
      return { status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body: await options.metrics() };
    },
  };
}

type Answered = readonly [name: string, reason: string | undefined];

function report(answers: readonly Answered[]): HealthAnswer {
  const ok = answers.every(([, reason]) => reason === undefined);
  const checks = Object.fromEntries(answers.map(([name, reason]) => [name, reason ?? 'ok']));
  return { status: ok ? 200 : 503, contentType: 'application/json', body: JSON.stringify({ status: ok ? 'ok' : 'failing', checks }) };
}

function ask(checks: readonly HealthCheck[], deadlineMs: number): Promise<Answered[]> {
  return Promise.all(
    checks.map(async (check): Promise<Answered> => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<string>((resolve) => {
        timer = setTimeout(() => resolve(`no answer within ${deadlineMs} ms`), deadlineMs);
      });
      try {
        return [check.name, await Promise.race([check.check(), late])];
      } catch (error) {
        return [check.name, error instanceof Error ? error.message : String(error)];
      } finally {
        clearTimeout(timer);
      }
    }),
  );
}
