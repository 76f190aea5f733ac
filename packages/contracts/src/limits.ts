/** Limits that several rooms must agree on. All in bytes, counts or milliseconds as named. */
export const LIMITS = {
  /** A start's input, a step's input or output, as JSON. Larger things are artifacts. */
  payloadBytes: 262_144,
  /** What the states of one decision write, a start's input included: states in a row that each rewrite all data would make a record that no log takes. With a command beside it, it fits. */
  decisionDataBytes: 655_360,
  /** One record on any topic. */
  recordBytes: 1_048_576,
  /** One history batch of several records; kafkajs does not split, and one oversize batch would fail whole. */
  historyBatchBytes: 524_288,
  /** An uploaded artifact. */
  artifactBytes: 268_435_456,
  /** States in a definition, those of machines inside it included. */
  definitionStates: 1_000,
  /** Machines inside machines, by Parallel and Map. */
  nestedMachines: 10,
  /** Branches of one Parallel. */
  parallelBranches: 1_000,
  /** Transitions that need no outside input within one decision, so that a loop of Pass states cannot hold a lane. */
  statesPerDecision: 1_000,
  /** Branches of one Map that are open at once, where it does not say less; what AWS allows an INLINE Map. */
  openBranches: 40,
  /** Branches of a whole run that are open at once; every fan-out may have one of its own beyond it, so that all of them go on. */
  runBranches: 500,
  /** What one decision writes before a fan-out leaves the rest to the next: with all that one branch may write behind it, it fits a record. */
  fanOutDecisionBytes: 131_072,
  /** All data of a run: on its branches, in its variables, the items and results of its fan-outs. With what else there is to a run, its image fits a record. */
  runDataBytes: 786_432,
  /** Results of one fan-out together, as the list that they are joined to. Over payloadBytes the list is an artifact. */
  joinedBytes: 16_777_216,
  /** Records of one fan-out together that are written out by a ResultWriter: they are in files as they come, and never in memory all at once. */
  recordedBytes: 268_435_456,
  /** Signals of one run that may wait to be taken, and bytes of their data together. */
  bufferedSignals: 100,
  bufferedSignalBytes: 262_144,
  /** Ids of signals by which a run knows a repetition: of the last so many. */
  rememberedSignals: 1_000,
  /** Requests of operators that a compensation remembers. */
  rememberedRequests: 50,
  /** What a person is asked, with its form and what is shown beside it, as JSON. */
  questionBytes: 65_536,
  /** Runs that have started each other in a row, the one that nobody started not counted. */
  runDepth: 16,
  /** Bytes kept of a record that became a dead letter. */
  deadLetterBytes: 786_432,
  errorMessageLength: 4_096,
} as const;
