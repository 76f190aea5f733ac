/** The command line as one tree of commands. Nothing here does the work. */
import tab from '@bomb.sh/tab/commander';
import { Command } from 'commander';
import { addArtifacts } from './commands/artifacts.ts';
import { addCompensation } from './commands/compensation.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addDeploy } from './commands/deploy.ts';
import { addDev } from './commands/dev.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDrill } from './commands/drill.ts';
import { addEval } from './commands/eval.ts';
import { addGraph } from './commands/graph.ts';
import { addPublish } from './commands/publish.ts';
import { addRebuild } from './commands/rebuild.ts';
import { addRuns } from './commands/runs.ts';
import { addSchema } from './commands/schema.ts';
import { addStart } from './commands/start.ts';
import { addMend } from './commands/mend.ts';
import { addTasks } from './commands/tasks.ts';
import { addTestState } from './commands/test-state.ts';
import { addTopics } from './commands/topics.ts';
import { addTrace } from './commands/trace.ts';
import { addValidate } from './commands/validate.ts';
import { addVerify } from './commands/verify.ts';
import { addWorkflows } from './commands/workflows.ts';
import { sessionOf, type Outcome, type Session } from './session.ts';
import type { World } from './world.ts';

export const VERSION = '0.1.0';

export function createProgram(world: World, outcome: Outcome): Command {
  const program = new Command('baton')
    .description('Durable workflows on Kafka: start runs, follow them, see what went wrong.')
    .version(VERSION, '-V, --version', 'show the version')
    .option('--json', 'answer with one JSON document')
    .option('--url <url>', 'address of the gateway (default: BATON_URL, or http://127.0.0.1:7400)')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false, helpWidth: 100 })
    .showSuggestionAfterError(true)
    .showHelpAfterError('(see: baton --help)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void world.stdout.write(text), writeErr: (text) => void outcome.usage.push(text) });
  const session = (command: Command): Session => sessionOf(command, world, outcome);
  addDev(program, session);
  addStart(program, session);
  addPublish(program, session);
  addRuns(program, session);
  addTrace(program, session);
  addCompensation(program, session);
  addTasks(program, session);
  addWorkflows(program, session);
  addDeploy(program, session);
  addValidate(program, session);
  addTestState(program, session);
  addEval(program, session);
  addGraph(program, session);
  addSchema(program, session);
  addDeadLetters(program, session);
  addArtifacts(program, session);
  addTopics(program, session);
  addDoctor(program, session);
  addVerify(program, session);
  addDrill(program, session);
  addRebuild(program, session);
  addMend(program, session);
  tab(program);
  return program;
}
