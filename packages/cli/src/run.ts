/** One call of `baton`: arguments in, answer and exit code out. */
import { CommanderError, type Command } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Failure, failureOf, usage } from './failure.ts';
import { safe } from './output/safe.ts';
import { styleFor } from './output/style.ts';
import { createProgram } from './program.ts';
import type { Outcome } from './session.ts';
import type { World } from './world.ts';

/** @param args without the program and the script. */
export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  const outcome: Outcome = { code: EXIT.ok, usage: [] };
  const program = createProgram(world, outcome);
  try {
    if (args.length === 0) {
      world.stdout.write(program.helpInformation());
      return EXIT.refused;
    }
    await program.parseAsync([...args], { from: 'user' });
    return outcome.code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      // A group without its command shows its help, which commander counts as a failure.
      if (error.code === 'commander.help') {
        world.stderr.write(outcome.usage.join(''));
        return EXIT.refused;
      }
      return told(usage(error.message.replace(/^error: /, '').replace(/\n\(Did you mean/, ' (did you mean'), `See: baton ${commandOf(args, program)}--help`), args, world);
    }
    return told(failureOf(error), args, world);
  }
}

/** The command that was meant, as far as its words are known. */
function commandOf(args: readonly string[], program: Command): string {
  let at = program;
  let path = '';
  for (const arg of args) {
    const next = at.commands.find((command) => command.name() === arg);
    if (next === undefined) break;
    path += `${arg} `;
    at = next;
  }
  return path;
}

function told(failure: Failure, args: readonly string[], world: World): ExitCode {
  const { exit, code, next, problems = [], details, shown = [], requestId, idempotencyKey } = failure.about;
  if (args.includes('--json')) {
    const document = { error: { code, message: failure.message, exitCode: exit, ...details, ...(next !== undefined && { next }), ...(problems.length > 0 && { problems }), ...(requestId !== undefined && { requestId }), ...(idempotencyKey !== undefined && { idempotencyKey }) } };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return exit;
  }
  const style = styleFor(world.stderr, world.env);
  // One problem is in the message already.
  const fields = problems.length > 1 ? problems.map(({ field, message }) => `  ${safe(field === '' ? 'it' : field)} ${safe(message)}`) : [];
  const lines = [`${style.bad('error')} ${safe(failure.message)}`, ...shown.map(safe), ...fields, ...(idempotencyKey === undefined ? [] : [`Send it again safely with: --key ${safe(idempotencyKey)}`]), ...(next === undefined ? [] : [style.quiet(safe(next))]), ...(requestId === undefined || exit !== EXIT.trouble ? [] : [style.quiet(`request ${safe(requestId)}`)])];
  world.stderr.write(`${lines.join('\n')}\n`);
  return exit;
}
