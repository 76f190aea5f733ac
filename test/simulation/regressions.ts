/** Seeds that once showed a violation, with what it was. They stay, whatever became of the simulator since: it may be another world by now. */
export const REGRESSIONS: readonly (readonly [seed: number, what: string])[] = [
  [19, 'I2, I5: a run decided on a view that had been replaced by an older copy'],
  [192, 'I3: a state that no batch had pinned yet left a full cache, and the view had only the one before'],
  [34, 'I3: the same, with a frozen process'],
  [564, 'I3: the same, with lost requests alone'],
  [246, 'I3: a state read from a view that had lost acknowledged writes'],
  [248, 'I3, I4: an attempt opened twice after a failover'],
];
