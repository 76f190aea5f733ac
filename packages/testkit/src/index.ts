/** For tests: the contract suites of the ports. Call a suite from a test file with a factory of your adapter. */
export * from './suites/index.ts';
