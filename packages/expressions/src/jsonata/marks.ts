/**
 * What is watched at a node of the syntax tree, beyond what is watched at each. The library loops inside one step of the
 * evaluation at these places, or would write on what is not its own.
 */
export const MARKS = {
  /** What is called: only a function may be, since the library writes the name of what it calls on it. */
  called: 1,
  /** Compared as a whole, or put into a text: its size counts. */
  whole: 2,
  /** Taken as true or false, which looks into lists of lists. */
  tested: 4,
  /** `-x`: the library would show all of `x` in its message. */
  negated: 8,
  /** The update and the deletion of a transform: as `negated`. */
  update: 16,
  deletion: 32,
  /** What a transform changes: only data may be, not a function. */
  changed: 64,
  /** `**`: looks at everything inside. */
  descends: 128,
  /** `*`: looks at everything in lists inside. */
  wildcard: 256,
  /** A name that is looked up in each of a list. */
  name: 512,
  /** A step whose every result is bound to variables of its own (`@`, `#`, `%`). */
  tuples: 1_024,
  /** What the results of such steps are ordered by: ordering them takes the library time by the square. */
  ordered: 2_048,
  /** A function called with `?`: the library parses a text for it. */
  partial: 4_096,
  /** An argument of a call: the library wraps a function once more each time that it is passed on. */
  argument: 8_192,
  /** An object constructor, or a grouping: the library writes on an empty list for which an object is made. */
  constructs: 16_384,
  /** The key of a pair of an object constructor: what it is must be known before there is an object with it. */
  key: 32_768,
  /** What a function does: calling it takes as long as several nodes. */
  body: 65_536,
} as const;
