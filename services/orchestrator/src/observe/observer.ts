import type { Log } from '@baton/platform-kit';
import type { RuntimeObserver } from '@baton/ports';
import { loggingObserver } from './logged.ts';
import { measuringObserver } from './measured.ts';
import { tracingObserver } from './traced.ts';

/** Logs, measures and traces what the runtime tells. What one of them throws is logged and stops nobody. */
export function createObserver(log: Log): RuntimeObserver {
  const observers = [loggingObserver(log), measuringObserver(), tracingObserver()];
  const each = (tell: (observer: RuntimeObserver) => void): void => {
    for (const observer of observers) {
      try {
        tell(observer);
      } catch (err) {
        log.error({ err }, 'an observer failed');
      }
    }
  };
  return {
    committed: (fact) => each((observer) => observer.committed(fact)),
    ignored: (fact) => each((observer) => observer.ignored(fact)),
    deadLettered: (fact) => each((observer) => observer.deadLettered(fact)),
    lane: (fact) => each((observer) => observer.lane(fact)),
  };
}
