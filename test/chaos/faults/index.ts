import type { FaultKind } from '../plan.ts';
import type { Fault } from './fault.ts';
import { flushRedis } from './flush-redis.ts';
import { freeze } from './freeze.ts';
import { kill } from './kill.ts';
import { killBroker } from './kill-broker.ts';
import { killRedis } from './kill-redis.ts';
import { blackHole, cut, slow } from './network.ts';
import { promoteLaggingReplica } from './promote-lagging-replica.ts';
import { rebalanceStorm } from './rebalance-storm.ts';
import { rollingRestart } from './rolling-restart.ts';
import { rollingUpgrade } from './rolling-upgrade.ts';

export type { Fault } from './fault.ts';

export const FAULTS: Readonly<Record<FaultKind, Fault>> = {
  'kill-orchestrator': kill,
  'freeze-orchestrator': freeze,
  'kill-worker': kill,
  'freeze-worker': freeze,
  'kill-gateway': kill,
  'kill-broker': killBroker,
  'kill-redis': killRedis,
  'flush-redis': flushRedis,
  'promote-lagging-replica': promoteLaggingReplica,
  'cut-kafka': cut('kafka'),
  'slow-kafka': slow('kafka'),
  'black-hole-kafka': blackHole('kafka'),
  'cut-redis': cut('redis'),
  'slow-redis': slow('redis'),
  'black-hole-redis': blackHole('redis'),
  'rebalance-storm': rebalanceStorm,
  'rolling-restart': rollingRestart,
  'rolling-upgrade': rollingUpgrade,
};
