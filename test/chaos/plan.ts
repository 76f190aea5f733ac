/** What will go wrong and when, from a seed: the same seed, length and cast give the same plan. Pure. */
import { Random } from '../simulation/random.ts';

/** Who plays. Names of processes as faults mean them. */
export interface Cast {
  readonly orchestrators: readonly string[];
  readonly workers: readonly string[];
  readonly gateway: string;
}

export interface PlannedFault {
  /** After the load began. */
  readonly atMs: number;
  readonly kind: FaultKind;
  /** A process, or `everybody`, `kafka`, `redis`, `orchestrators`. */
  readonly target: string;
  /** From its beginning until it is taken back. */
  readonly durationMs: number;
  /** Nothing else goes wrong until the system is whole again, so that what it costs can be told. */
  readonly alone: boolean;
  /** Of a slow connection: what each piece of data waits. */
  readonly delayMs?: number;
}

export interface PlanOptions {
  readonly seed: number;
  readonly durationMs: number;
  /** Session time-out of the groups: a process that stands still has to do so for longer. */
  readonly sessionMs: number;
  readonly cast: Cast;
  /** Default: all. */
  readonly kinds?: readonly FaultKind[];
  /** So long from the beginning of one to the beginning of the next, and none keeps time for itself. Default: by chance, 1 to 6 seconds. */
  readonly everyMs?: number;
}

interface Shape {
  /** Among the others. */
  readonly weight: number;
  targets(cast: Cast): readonly string[];
  lastsMs(sessionMs: number): readonly [number, number];
  /** Per mille that it happens alone. */
  readonly alone: number;
}

const between = (from: number, to: number) => (): readonly [number, number] => [from, to];
const oneOf = (cast: Cast): readonly string[] => [...cast.orchestrators, ...cast.workers, cast.gateway];
const linked = (cast: Cast): readonly string[] => ['everybody', ...oneOf(cast)];
const usersOfRedis = (cast: Cast): readonly string[] => ['everybody', ...cast.orchestrators, cast.gateway];
const beyondSession = (sessionMs: number): readonly [number, number] => [sessionMs + 1_000, sessionMs + 5_000];

const SHAPES = {
  'kill-orchestrator': { weight: 14, targets: ({ orchestrators }) => orchestrators, lastsMs: between(500, 6_000), alone: 250 },
  'freeze-orchestrator': { weight: 9, targets: ({ orchestrators }) => orchestrators, lastsMs: beyondSession, alone: 0 },
  'kill-worker': { weight: 12, targets: ({ workers }) => workers, lastsMs: between(200, 5_000), alone: 0 },
  'freeze-worker': { weight: 5, targets: ({ workers }) => workers, lastsMs: beyondSession, alone: 0 },
  'kill-gateway': { weight: 6, targets: ({ gateway }) => [gateway], lastsMs: between(200, 3_000), alone: 0 },
  'kill-broker': { weight: 6, targets: () => ['kafka'], lastsMs: between(500, 6_000), alone: 0 },
  'kill-redis': { weight: 6, targets: () => ['redis'], lastsMs: between(200, 6_000), alone: 0 },
  'flush-redis': { weight: 8, targets: () => ['redis'], lastsMs: between(0, 0), alone: 0 },
  'promote-lagging-replica': { weight: 7, targets: () => ['redis'], lastsMs: between(1_000, 6_000), alone: 0 },
  'cut-kafka': { weight: 7, targets: linked, lastsMs: between(100, 5_000), alone: 0 },
  'slow-kafka': { weight: 5, targets: linked, lastsMs: between(3_000, 10_000), alone: 0 },
  'black-hole-kafka': { weight: 7, targets: linked, lastsMs: between(2_000, 14_000), alone: 0 },
  'cut-redis': { weight: 6, targets: usersOfRedis, lastsMs: between(100, 5_000), alone: 0 },
  'slow-redis': { weight: 5, targets: usersOfRedis, lastsMs: between(3_000, 10_000), alone: 0 },
  'black-hole-redis': { weight: 6, targets: usersOfRedis, lastsMs: between(2_000, 12_000), alone: 0 },
  'rebalance-storm': { weight: 3, targets: () => ['orchestrators'], lastsMs: between(8_000, 16_000), alone: 0 },
  'rolling-restart': { weight: 4, targets: () => ['orchestrators'], lastsMs: between(0, 0), alone: 400 },
  'rolling-upgrade': { weight: 4, targets: () => ['orchestrators'], lastsMs: between(0, 0), alone: 0 },
} as const satisfies Record<string, Shape>;

export type FaultKind = keyof typeof SHAPES;
export const FAULT_KINDS = Object.keys(SHAPES) as readonly FaultKind[];

/** Between the beginnings of two faults: some meet, and runs get somewhere in between. */
const GAP_MS: readonly [number, number] = [1_000, 6_000];
/** The system has begun to work when the first comes. */
const FIRST_AT_MS = 3_000;
/** What one that happens alone keeps for itself, beyond a session. */
const ALONE_MS = 8_000;
const SLOW_MS: readonly [number, number] = [20, 400];

/** In order of time. Every kind comes once before any comes again, so each is there where the plan is long enough. */
export function planFaults({ seed, durationMs, sessionMs, cast, kinds = FAULT_KINDS, everyMs }: PlanOptions): readonly PlannedFault[] {
  const random = new Random(seed);
  const deck = shuffled(kinds, random);
  const faults: PlannedFault[] = [];
  let atMs = FIRST_AT_MS;
  while (atMs < durationMs) {
    const kind = deck.pop() ?? weighted(kinds, random);
    const shape: Shape = SHAPES[kind];
    const alone = random.chance(shape.alone) && everyMs === undefined;
    const fault: PlannedFault = {
      atMs,
      kind,
      target: random.pick(shape.targets(cast)),
      durationMs: random.int(...shape.lastsMs(sessionMs)),
      alone,
      ...(kind.startsWith('slow-') && { delayMs: random.int(...SLOW_MS) }),
    };
    faults.push(fault);
    atMs += everyMs ?? random.int(...GAP_MS) + (alone ? fault.durationMs + sessionMs + ALONE_MS : 0);
  }
  return faults;
}

/** Of what a fault needs for itself: two that share one of these come one after the other. */
export function claimsOf({ kind, target, alone }: PlannedFault, cast: Cast): readonly string[] {
  if (alone) return ['kafka', 'redis', 'link:kafka', 'link:redis', 'storm', ...oneOf(cast)];
  if (kind.endsWith('-kafka')) return ['link:kafka'];
  if (kind === 'cut-redis' || kind === 'slow-redis' || kind === 'black-hole-redis') return ['link:redis'];
  if (kind === 'rebalance-storm') return ['storm'];
  if (target === 'orchestrators') return cast.orchestrators;
  return [target];
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const deck = [...items];
  for (let i = deck.length - 1; i > 0; i--) {
    const j = random.int(0, i);
    [deck[i], deck[j]] = [deck[j]!, deck[i]!];
  }
  return deck;
}

function weighted(kinds: readonly FaultKind[], random: Random): FaultKind {
  let left = random.int(1, kinds.reduce((sum, kind) => sum + SHAPES[kind].weight, 0));
  for (const kind of kinds) {
    left -= SHAPES[kind].weight;
    if (left <= 0) return kind;
  }
  return kinds.at(-1)!;
}
