import type { TopicNames } from '@baton/contracts';
import type { Clock } from '@baton/ports';
import type { Broker } from './log/broker.ts';
import type { Session } from './session.ts';

/** What a port of this adapter is made of. */
export interface PortParts {
  readonly broker: Broker;
  readonly names: TopicNames;
  readonly session: Session;
  readonly clock: Clock;
  readonly namespace: string;
}
