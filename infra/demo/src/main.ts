/** `npm run demo`: a fund factsheet becomes a narrated film, embedded or (`--real`) on real servers. */
import { readFile } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import { generateFactsheet } from '@baton/fund-factsheet-video/fixtures';
import type { Json, JsonObject, RunView } from '@baton/contracts';
import { createLog, silentLog } from '@baton/platform-kit';
import { readArguments, USAGE, UsageError, type DemoArguments } from './arguments.ts';
import { startEmbedded } from './embedded.ts';
import { followFilmRun, type FilmRun } from './film-run.ts';
import { createProgress } from './progress.ts';
import { startReal } from './real.ts';

const STEPS = ['extract_factsheet_data', 'validate_extracted_data', 'generate_summary_script', 'generate_summary_slide', 'start_video_generation'];
const say = (line = ''): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    say(USAGE);
    return 0;
  }
  const document = await readDocument(args);
  const started = Date.now();
  const system = args.real
    ? await startReal({ out: resolve(args.out), say: (line) => say(`  ${line}`), showLogs: args.logs })
    : await startEmbedded({ log: args.logs ? createLog({ service: 'baton' }) : silentLog, port: 0 });
  const interrupted = (): void => {
    say('\nStopping …');
    void system.stop().finally(() => process.exit(1));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    say(`${document.name} becomes a film; the gateway listens at ${system.url}\n`);
    const made = await followFilmRun(system.url, document, resolve(args.out), createProgress(process.stdout, STEPS));
    return report(made, Date.now() - started);
  } finally {
    await system.stop();
  }
}

async function readDocument({ file }: DemoArguments): Promise<{ bytes: Uint8Array; name: string }> {
  if (file === undefined) return { bytes: await generateFactsheet(), name: 'sample-factsheet.pdf' };
  try {
    return { bytes: await readFile(file), name: basename(file) };
  } catch (error) {
    throw new UsageError(`The factsheet cannot be read: ${(error as Error).message}`);
  }
}

function report({ run, files, url }: FilmRun, elapsedMs: number): number {
  say();
  if (run.status === 'completed') {
    say(`A film in ${(elapsedMs / 1_000).toFixed(1)} s:`);
    for (const { what, path } of files.filter((file) => !file.what.startsWith('slide '))) say(`  ${what.padEnd(15)} ${shown(path)}`);
    say(`  ${'run'.padEnd(15)} ${url}`);
    return 0;
  }
  const refused = run.error?.kind === 'business';
  say(refused ? 'The document was refused:' : `The run ${run.status}:`);
  say(`  ${run.error?.name ?? ''}: ${run.error?.message ?? ''}`);
  for (const finding of findingsOf(run)) {
    say(`  - ${String(finding['message'])}${finding['page'] === undefined ? '' : ` (page ${String(finding['page'])})`}`);
    if (finding['help'] !== undefined) say(`    ${String(finding['help'])}`);
  }
  for (const { what, path } of files) say(`  ${what.padEnd(15)} ${shown(path)}`);
  return refused ? 2 : 1;
}

/** As a person would type it: from here where the file lies below, otherwise whole. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}

function findingsOf(run: RunView): readonly JsonObject[] {
  const findings = (run.error?.details as { findings?: Json } | undefined)?.findings;
  return Array.isArray(findings) ? (findings as JsonObject[]) : [];
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof UsageError;
  process.stderr.write(`${usage ? error.message : (error as Error).stack}\n`);
  process.exitCode = usage ? 2 : 1;
}
