import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for one test, and how to take it away. The name holds a quote and a space on purpose. */
export function testDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "video studio's test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
