/**
 * How Node runs a service. The image's CMD says the same (held by test/architecture/compose.test.ts).
 *
 * Messages live for some tens of milliseconds, so V8's young generation decides what a service costs: grown to its default
 * of 64 MiB it no longer fits a processor's cache and holds buffers for long; and helper threads of the collector take from
 * one process what they give on a small machine. Measured in docs/internals/performance.md.
 */
export const SERVICE_NODE_OPTIONS: readonly string[] = [
  '--max-semi-space-size=16',
  '--v8-pool-size=1',
  '--disable-warning=ExperimentalWarning',
  // kafkajs sets a timer of a negative delay; Node's warning about it would fill the log.
  '--disable-warning=TimeoutNegativeWarning',
];
