/** For tests: an engine in the test's own process, and the contract suites of the ports, called from a test file with a factory of an adapter. */
export * from './engine/index.ts';
export * from './suites/index.ts';
