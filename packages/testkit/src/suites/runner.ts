/**
 * The test runner's own functions, taken when a suite is called: importing `@jest/globals` here would make the whole
 * testkit unusable outside a test run. Any runner with Jest's globals will do.
 */
import type { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

export interface Runner {
  readonly describe: typeof describe;
  readonly it: typeof it;
  readonly expect: typeof expect;
  readonly beforeEach: typeof beforeEach;
  readonly afterEach: typeof afterEach;
}

export function runner(): Runner {
  const { describe, it, expect, beforeEach, afterEach } = globalThis as unknown as Partial<Runner>;
  if (!describe || !it || !expect || !beforeEach || !afterEach) throw new Error("Expected Jest's globals: call a contract suite from a test file, with injectGlobals on");
  return { describe, it, expect, beforeEach, afterEach };
}
