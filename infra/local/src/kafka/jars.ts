/** Fetches Kafka's jars into the cache, once, by Maven. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../environment.ts';
import { LocalServerError } from '../errors.ts';
import { exclusively } from '../process/exclusive.ts';
import { requireProgramsFor } from '../requirements.ts';
import { cacheDir, isKafkaCached, jarsDir, kafkaVersion, markerName } from './jar-cache.ts';

/** The newest 2.x binding to SLF4J 1.7, which is the one that Kafka 4.1 brings. */
const log4jVersion = '2.24.3';

/** The folder of the jars, fetching them where need be. Throws `requirement_missing` or `download_failed`. */
export async function kafkaJars(options: { env?: Environment; onProgress?: (line: string) => void } = {}): Promise<string> {
  const env = options.env ?? process.env;
  if (isKafkaCached(env)) return jarsDir(env);
  requireProgramsFor(['kafka'], { ...env, BATON_KAFKA_BROKERS: undefined });
  await mkdir(cacheDir(env), { recursive: true });
  const inUse = (): Error => new LocalServerError('download_failed', "Another process has been fetching Kafka's jars for ten minutes.", `Stop it and start again (lock: ${cacheDir(env)}/kafka.lock).`);
  return exclusively(join(cacheDir(env), 'kafka.lock'), { deadlineMs: 600_000, onDeadline: inUse }, async () => {
    // Whoever had the lock before us has probably fetched them.
    if (!isKafkaCached(env)) {
      options.onProgress?.(`Fetching Apache Kafka ${kafkaVersion} (54 MB, once) …`);
      await fetchJars(env);
    }
    return jarsDir(env);
  });
}

async function fetchJars(env: Environment): Promise<void> {
  const target = jarsDir(env);
  const unfinished = `${target}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, 'pom.xml'), pom());
  await runMaven(unfinished, env);
  const marker: Record<string, number> = {};
  for (const name of (await readdir(unfinished)).filter((file) => file.endsWith('.jar'))) {
    marker[name] = (await stat(join(unfinished, name))).size;
  }
  await writeFile(join(unfinished, markerName), JSON.stringify(marker, null, 1));
  await rm(target, { recursive: true, force: true });
  await rename(unfinished, target);
}

function runMaven(dir: string, env: Environment): Promise<void> {
  const args = ['-B', '-q', '-U', '-f', join(dir, 'pom.xml'), 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${dir}`];
  return new Promise((resolve, reject) => {
    execFile('mvn', args, { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024, timeout: 600_000 }, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const said = `${stdout}\n${stderr}`.split('\n').filter((line) => line.includes('ERROR')).slice(0, 3).join('\n');
      reject(
        new LocalServerError(
          'download_failed',
          `Maven could not fetch Apache Kafka ${kafkaVersion}:\n${said === '' ? error.message : said}`,
          'Check the network (or the mirror in ~/.m2/settings.xml) and the disk, and start again; or set BATON_KAFKA_BROKERS to the address of a Kafka that runs.',
          { cause: error },
        ),
      );
    });
  });
}

function pom(): string {
  const dependency = (group: string, artifact: string, version: string): string =>
    `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>baton</groupId><artifactId>local-kafka</artifactId><version>1</version>
  <dependencies>
${[
  dependency('org.apache.kafka', 'kafka_2.13', kafkaVersion),
  dependency('org.apache.kafka', 'kafka-tools', kafkaVersion),
  dependency('org.apache.logging.log4j', 'log4j-core', log4jVersion),
  dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', log4jVersion),
].join('\n')}
  </dependencies>
</project>
`;
}
