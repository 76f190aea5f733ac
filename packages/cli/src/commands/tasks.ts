/** What runs ask people, and answering it. */
import type { TaskView } from '@baton/contracts';
import { readTaskId } from '@baton/contracts';
import type { Command } from 'commander';
import { usage } from '../failure.ts';
import { readJsonObjectArgument } from '../input.ts';
import { documentLines } from '../output/document.ts';
import { line, safe } from '../output/safe.ts';
import { table } from '../output/table.ts';
import { ago, duration, instant } from '../output/times.ts';
import type { Session } from '../session.ts';
import { limit } from './runs.ts';

/** A deadline further away was not set by anybody. */
const WORTH_SAYING_MS = 31_536_000_000;

export function addTasks(program: Command, session: (command: Command) => Session): void {
  program
    .command('tasks')
    .summary('list what people are asked')
    .description('List what runs ask people and nobody has answered yet, newest first.')
    .option('--assignee <name>', 'only what this person or group is asked')
    .option('--workflow <name>', 'only of this workflow')
    .option('-n, --limit <count>', 'at most so many, up to 1000', limit, 20)
    .option('--cursor <cursor>', 'the page that another page pointed to')
    .action(async ({ assignee, workflow, limit, cursor }: { assignee?: string; workflow?: string; limit: number; cursor?: string }, command: Command) => {
      const called = session(command);
      const nowMs = called.world.nowMs();
      const list = await called.client.tasks({ limit, ...(assignee !== undefined && { assignee }), ...(workflow !== undefined && { workflow }), ...(cursor !== undefined && { cursor }) });
      called.answer(list, () => {
        if (list.tasks.length === 0) return 'Nobody is asked anything.';
        const rows = list.tasks.map((task) => [task.taskId, task.workflow, line(task.title, 60), line(task.assignees.join(', '), 40), ago(task.askedMs, nowMs), left(task.deadlineMs, nowMs)]);
        return `${table(['TASK', 'WORKFLOW', 'TITLE', 'ASSIGNEES', 'ASKED', 'LEFT'], rows)}${list.nextCursor === undefined ? '' : `\n${called.style.quiet(`More with: --cursor ${list.nextCursor}`)}`}`;
      });
    });

  program
    .command('task')
    .summary('show what a person is asked')
    .description('Show what a person is asked: the question, the fields of its form, what is shown beside it; or what became of it.')
    .argument('<task>', 'id of the task')
    .action(async (taskId: string, _options: unknown, command: Command) => {
      const called = session(command);
      const task = await called.client.task(taskId);
      called.answer(task, () => taskLines(task, called).join('\n'));
    });

  program
    .command('answer')
    .summary('answer what a person is asked')
    .description('Answer what a run asks a person. The first answer that fits the form counts.')
    .argument('<task>', 'id of the task, or of a run that asks one thing')
    .requiredOption('-d, --data <json>', 'the answer: JSON, @file.json, or - for standard input')
    .option('--by <name>', 'who answers')
    .option('--id <id>', 'id of the answer: the same id is the same answer')
    .action(async (given: string, { data, by, id }: { data: string; by?: string; id?: string }, command: Command) => {
      const called = session(command);
      const taskId = readTaskId(given) === undefined ? await taskOf(given, called) : given;
      const answer = await called.client.answer(taskId, await readJsonObjectArgument('--data', data, { world: called.world, what: 'the fields of the form' }), { ...(by !== undefined && { by }), ...(id !== undefined && { id }) });
      called.answer(answer, () => `${answer.taskId} ${answer.status}`);
    });
}

/** The only thing that a run asks. */
async function taskOf(runId: string, { client }: Session): Promise<string> {
  const open = (await client.get(runId)).steps.flatMap(({ task }) => (task?.status === 'open' ? [task] : []));
  const [task, another] = open;
  if (task === undefined) throw usage(`The run ${runId} asks nobody anything at the moment`, `See what it does with: baton describe ${runId}`);
  if (another !== undefined) throw usage(`The run ${runId} asks ${open.length} things; name one of them: ${open.slice(0, 10).map(({ taskId }) => taskId).join(', ')}`, 'See what each of them is with: baton task TASK');
  return task.taskId;
}

function taskLines(task: TaskView, { style, world, client }: Session): string[] {
  const { properties = {}, required = [] } = task.form ?? {};
  const fields = Object.entries(properties).map(([name, field]) => [`  ${name}`, field.type, required.includes(name) ? 'required' : '', line(field.title ?? '', 60)]);
  return [
    `${style.strong(safe(task.title))}  ${task.status === 'open' ? style.warn(task.status) : task.status}`,
    style.quiet(`${task.taskId}, of ${safe(task.workflow)}${task.askedMs === undefined ? '' : `, asked ${instant(task.askedMs)}`}${task.deadlineMs === undefined ? '' : `, ${left(task.deadlineMs, world.nowMs())} left`}`),
    ...(task.assignees === undefined || task.assignees.length === 0 ? [] : [`asks   ${safe(task.assignees.join(', '))}`]),
    ...(task.status === 'answered' ? [`by     ${safe(task.by ?? 'somebody')}, ${instant(task.atMs ?? 0)}`] : []),
    ...(task.description === undefined ? [] : [safe(task.description)]),
    ...(task.data === undefined ? [] : documentLines('data ', task.data, `baton task ${task.taskId} --json`, style)),
    ...(task.link === undefined ? [] : [style.quiet(`Whoever has this link can answer: ${client.baseUrl}${task.link}`)]),
    ...(fields.length === 0 ? [] : [table(['FIELD', 'TYPE', '', 'TITLE'], fields)]),
  ];
}

const left = (deadlineMs: number, nowMs: number): string => (deadlineMs - nowMs > WORTH_SAYING_MS ? 'any time' : duration(Math.max(0, deadlineMs - nowMs)));
