import type { Command } from 'commander';
import { readJsonArgument } from '../input.ts';
import { safe } from '../output/safe.ts';
import { table } from '../output/table.ts';
import { ago, bytes, instant } from '../output/times.ts';
import type { Session } from '../session.ts';
import { wholeNumber } from './runs.ts';

export function addDeadLetters(program: Command, session: (command: Command) => Session): void {
  const dlq = program.command('dlq').summary('what could not be processed').description('What could not be processed: list it, look at it, send it again.');

  dlq
    .command('list')
    .summary('list dead letters')
    .description('List dead letters, newest first.')
    .option('-n, --limit <count>', 'at most so many, up to 1000', wholeNumber('--limit'), 20)
    .option('--cursor <cursor>', 'the page that another page pointed to')
    .action(async ({ limit, cursor }: { limit: number; cursor?: string }, command: Command) => {
      const called = session(command);
      const nowMs = called.world.nowMs();
      const list = await called.client.deadLetters({ limit, ...(cursor !== undefined && { cursor }) });
      called.answer(list, () => {
        if (list.deadLetters.length === 0) return 'No dead letters.';
        const rows = list.deadLetters.map((letter) => [letter.id, letter.reason, letter.replayedMs === undefined ? '' : 'replayed', ago(letter.foundMs, nowMs), letter.detail]);
        return `${table(['ID', 'REASON', '', 'FOUND', 'DETAIL'], rows)}${list.nextCursor === undefined ? '' : `\n${called.style.quiet(`More with: --cursor ${list.nextCursor}`)}`}`;
      });
    });

  dlq
    .command('show')
    .summary('show one dead letter')
    .description('Show a dead letter: where it was, why it is here, and its bytes as text where they are text.')
    .argument('<id>', 'id of the dead letter')
    .action(async (id: string, _options: unknown, command: Command) => {
      const called = session(command);
      const letter = await called.client.deadLetter(id);
      called.answer(letter, () =>
        [
          `${called.style.strong(letter.reason)}  ${safe(letter.id)}`,
          safe(letter.detail),
          called.style.quiet(`found ${instant(letter.foundMs)} by ${safe(letter.foundBy)}, key ${letter.key === null ? 'none' : safe(letter.key)}, failed ${letter.failures === 1 ? 'once' : `${letter.failures} times`}${letter.replayedMs === undefined ? '' : `, replayed ${instant(letter.replayedMs)}`}`),
          ...Object.entries(letter.headers).map(([name, value]) => called.style.quiet(`${safe(name)}: ${safe(value)}`)),
          `value  ${valueText(letter.value, letter.valueBytes)}`,
        ].join('\n'),
      );
    });

  dlq
    .command('replay')
    .summary('send a dead letter again')
    .description('Send a dead letter again to where it came from, once: as it was, or with another value. A second replay does nothing more.')
    .argument('<id>', 'id of the dead letter')
    .option('--value <json>', 'send this instead: JSON, @file.json, or - for standard input')
    .action(async (id: string, { value }: { value?: string }, command: Command) => {
      const called = session(command);
      const answer = await called.client.replay(id, value === undefined ? undefined : await readJsonArgument('--value', value, called.world));
      called.answer(answer, () => (answer.sent ? `Sent again to ${answer.topic}` : `Nothing sent: it was replayed ${instant(answer.replayedMs)} already`));
    });
}

function valueText(value: string | null, count: number): string {
  if (value === null) return 'none';
  const content = Buffer.from(value, 'base64');
  const cutNote = content.length < count ? ` (the first ${bytes(content.length)} of ${bytes(count)})` : '';
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return `${safe(text)}${cutNote}`;
  } catch {
    return `${bytes(count)}, not text: ${content.subarray(0, 64).toString('hex')}…${cutNote}`;
  }
}
