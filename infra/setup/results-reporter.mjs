/**
 * Jest reporter: writes what the closing line of `npm test` is made of to the file that BATON_TEST_RESULTS names.
 * A suite that did not even load counts as one failure of its own, or its tests would vanish from the count.
 */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

export default class ResultsReporter {
  constructor(globalConfig) {
    this.globalConfig = globalConfig;
  }

  onRunComplete(_contexts, results) {
    const file = process.env.BATON_TEST_RESULTS;
    if (file === undefined) return;
    const { rootDir, testNamePattern } = this.globalConfig;
    const summary = { passed: results.numPassedTests, failed: [], notRun: [], interrupted: results.wasInterrupted === true };
    for (const suite of results.testResults) {
      const path = relative(rootDir, suite.testFilePath);
      if (suite.testExecError) summary.failed.push(`${path} could not be run`);
      for (const test of suite.testResults) {
        const name = `${path} › ${[...test.ancestorTitles, test.title].join(' › ')}`;
        if (test.status === 'failed') summary.failed.push(name);
        // With -t the tests that were not asked for are reported as pending too: those are not missing.
        else if (test.status !== 'passed' && !testNamePattern) summary.notRun.push(name);
      }
      // Jest 30 also fails a suite whose after-all hook failed, with every test passed.
      if (suite.failureMessage && !suite.testExecError && suite.numFailingTests === 0) summary.failed.push(`${path} failed outside its tests`);
    }
    writeFileSync(file, JSON.stringify(summary));
  }
}
