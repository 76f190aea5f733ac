/** Limits that several rooms must agree on. All in bytes, counts or milliseconds as named. */
export const LIMITS = {
  /** A start's input, a step's input or output, as JSON. Larger things are artifacts. */
  payloadBytes: 262_144,
  /** One record on any topic. */
  recordBytes: 1_048_576,
  /** One history batch; kafkajs does not split, and one oversize batch would fail whole. */
  historyBatchBytes: 524_288,
  /** An uploaded artifact. */
  artifactBytes: 268_435_456,
  /** States in a definition. */
  definitionStates: 1_000,
  /** Transitions that need no outside input within one decision, so that a loop of Pass states cannot hold a lane. */
  statesPerDecision: 1_000,
  /** Bytes kept of a record that became a dead letter. */
  deadLetterBytes: 786_432,
  errorMessageLength: 4_096,
} as const;
