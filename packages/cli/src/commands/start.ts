import type { Command } from 'commander';
import { collect, readJsonArgument, withFiles, workflowIn } from '../input.ts';
import type { Session } from '../session.ts';
import { follow } from './follow.ts';

interface Options {
  readonly input: string;
  readonly file?: readonly string[];
  readonly key?: string;
  readonly watch?: boolean;
}

export function addStart(program: Command, session: (command: Command) => Session): void {
  program
    .command('start')
    .summary('start a run')
    .description('Start a run through the gateway. Answers once the start is on the log: from then on the run is not lost.')
    .argument('<workflow>', 'name of the workflow; NAME@VERSION or NAME@ALIAS for another version than the live one')
    .option('-i, --input <json>', 'input of the run: JSON, @file.json, or - for standard input', '{}')
    .option('-f, --file <field=path>', 'upload a file and pass its reference as this field of the input; may be repeated', collect)
    .option('-k, --key <key>', 'idempotency key: the same key is the same run')
    .option('-w, --watch', 'follow the run to its end')
    .action(async (workflow: string, { input, file = [], key, watch }: Options, command: Command) => {
      const called = session(command);
      const { client, style } = called;
      const given = await withFiles(await readJsonArgument('--input', input, called.world), file, client);
      const { name, version } = workflowIn(workflow);
      const started = await client.start(name, given, { ...(version !== undefined && { version }), ...(key !== undefined && { idempotencyKey: key }) });
      if (watch === true) {
        called.note(`${style.quiet('started')} ${started.runId}`);
        await follow(called, started.runId);
        return;
      }
      called.answer(started, () => `${started.runId}\n${style.quiet(`Watch it with: baton watch ${started.runId}`)}`);
    });
}
