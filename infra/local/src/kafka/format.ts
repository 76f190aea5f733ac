import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LocalServerError } from '../errors.ts';

/** Kafka's uuids are base64url, and one that began with a hyphen would be taken for an option. */
export const newClusterId = (): string => `B${randomBytes(16).toString('base64url').slice(1)}`;

/** Gives a new data directory its cluster id; leaves one that has been formatted as it is. */
export async function formatOnce(options: { java: string; jvmArgs: readonly string[]; settingsFile: string; logDir: string; clusterId: string }): Promise<void> {
  if (existsSync(join(options.logDir, 'meta.properties'))) return;
  const args = [...options.jvmArgs, 'kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', options.clusterId, '-c', options.settingsFile];
  await new Promise<void>((resolve, reject) => {
    // The first compiler alone, and one collector thread: this program lives for half a second.
    execFile(options.java, ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...args], { timeout: 60_000 }, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const said = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
      reject(
        new LocalServerError('start_failed', `Kafka's data directory could not be formatted:\n${said.slice(-8).join('\n')}`, `Check that ${options.logDir} can be written and that Java is 17 or newer (java -version).`, {
          cause: error,
        }),
      );
    });
  });
}
