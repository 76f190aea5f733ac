/** Key names. All keys of a partition share one hash tag, so a Redis Cluster keeps them together and a script may use them all. */
import { Namespace } from '@baton/contracts';

export interface Keys {
  /** Base of a partition's key names. */
  base(partition: number): string;
  meta(partition: number): string;
  /** Generations of the partition's view that were left and whose keys are not removed yet. */
  left(partition: number): string;
  /** What is known of owners that died. */
  poison(partition: number): string;
  reservation(partition: number, runId: string): string;
  readonly letters: { readonly position: string; readonly letters: string; readonly order: string; readonly replayed: string };
}

export function keysOf(namespace: string): Keys {
  const ns = Namespace.parse(namespace);
  const base = (partition: number): string => `{b:${ns}:${partition}}`;
  const dlq = `{b:${ns}:dlq}`;
  return {
    base,
    meta: (partition) => `${base(partition)}:meta`,
    left: (partition) => `${base(partition)}:left`,
    poison: (partition) => `${base(partition)}:poison`,
    reservation: (partition, runId) => `${base(partition)}:start:${runId}`,
    letters: { position: `${dlq}:position`, letters: `${dlq}:letters`, order: `${dlq}:order`, replayed: `${dlq}:replayed` },
  };
}
