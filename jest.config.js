/** Every package's `x.test.ts` and everything under test/, as native ES modules compiled by SWC. */
export default {
  roots: ['<rootDir>/packages', '<rootDir>/services', '<rootDir>/infra', '<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  // Opens the door at which tests ask for the run's Kafka and Redis; nothing is started before one asks.
  globalSetup: '<rootDir>/infra/local/src/testing/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/infra/local/src/testing/jest-global-teardown.mjs',
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' }, sourceMaps: 'inline' }],
  },
  reporters: ['default', '<rootDir>/infra/setup/results-reporter.mjs'],
  testSequencer: '<rootDir>/test/longest-first.mjs',
  // Two at least: with one, jest runs everything in its own process, where the limit below does not apply.
  maxWorkers: '100%',
  // ES modules leak between test files in one worker; a worker that has grown is replaced.
  workerIdleMemoryLimit: '600MB',
  // Ends what hangs; it judges nothing. On a busy machine the first test that asks for Kafka may wait a minute for it, so a test or hook says another time only where it needs more.
  testTimeout: 240_000,
};
