import type { TraceContext } from '@baton/contracts';
import type { Clock } from '@baton/ports';
import type { GatewayConfig } from './config.ts';
import type { KnownDefinitions } from './definitions.ts';
import type { BodyLimits } from './http/request-body.ts';
import type { GatewayPorts, Log } from './ports.ts';
import type { RecentStarts } from './starts/recent-starts.ts';
import type { Starts } from './starts/starts.ts';
import type { Reads } from './views/reads.ts';
import type { RunWatches } from './watch/run-watches.ts';

/** What the routes share. */
export interface Door {
  readonly ports: GatewayPorts;
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly definitions: KnownDefinitions;
  readonly starts: Starts;
  readonly recentStarts: RecentStarts;
  readonly reads: Reads;
  readonly watches: RunWatches;
  readonly jsonLimits: BodyLimits;
  currentTrace(): TraceContext | undefined;
}
