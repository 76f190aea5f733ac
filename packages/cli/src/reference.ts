/** The command line described, from the program itself: what docs/reference/cli.md holds and a test compares. */
import type { Command } from 'commander';
import { EXIT, EXIT_MEANINGS } from './exit-codes.ts';
import { createProgram } from './program.ts';
import type { World } from './world.ts';

const NOBODY: World = {
  env: {},
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  stdin: { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }) },
  signal: new AbortController().signal,
  nowMs: () => 0,
  startEmbedded: () => Promise.reject(new Error('Expected nobody to start anything')),
};

export function cliReference(): string {
  const program = createProgram(NOBODY, { code: EXIT.ok, usage: [] });
  const exits = Object.entries(EXIT).map(([name, code]) => `| ${code} | ${EXIT_MEANINGS[name as keyof typeof EXIT]} |`);
  return `# The command line

\`baton\` speaks to a gateway, to Kafka itself for \`publish\`, \`topics\` and \`doctor\`, and to Kafka and Redis for \`verify\`, \`drill\`, \`rebuild\` and \`doctor\`. In this repository it is \`npm run baton -- …\`.

With \`--json\` the answer is one JSON document on standard output, also where the command fails: \`{"error": {"code", "message", "exitCode", "next"?, "problems"?}}\`. Fields are added, never renamed. Without it the answer is for people, and errors go to standard error. Colour is used on a terminal only, and not where \`NO_COLOR\` is set.

Shell completion: \`source <(baton complete bash)\`, the same for \`zsh\`, \`fish\` and \`powershell\`.

## Environment

| Variable | Meaning |
|---|---|
| \`BATON_URL\` | Address of the gateway; \`--url\` goes before it. Default \`http://127.0.0.1:7400\`. |
| \`BATON_KAFKA_BROKERS\` | Addresses of brokers, separated by commas; for everything that speaks to Kafka. |
| \`BATON_REDIS_URL\` | Address of Redis; for \`verify\`, \`drill\`, \`rebuild\` and \`doctor\`. |
| \`BATON_BLOB_DIR\` | Directory of the artifacts, where the orchestrators keep checkpoints; for \`drill\` and \`rebuild\`. |
| \`BATON_NAMESPACE\` | Part of every topic name. Default \`default\`. |
| \`BATON_PARTITIONS\`, \`BATON_REPLICATION_FACTOR\`, \`BATON_SERVICES\` | What \`topics\` plans, where its options do not say. |
| \`BATON_TRACE_URL\` | Where traces are looked at, for the link of \`trace\`: an address such as \`http://localhost:16686\` (Jaeger), or one with \`{traceId}\` in it. |
| \`NO_COLOR\` | Set to anything: no colour. |

## Exit codes

| Code | Meaning |
|---|---|
${exits.join('\n')}

## Commands

${[program, ...commandsOf(program)].map(section).join('\n')}`;
}

function commandsOf(command: Command): Command[] {
  return command.commands.filter((child) => child.name() !== 'complete').flatMap((child) => [child, ...commandsOf(child)]);
}

function section(command: Command): string {
  return `### \`${pathOf(command)}\`

\`\`\`text
${command.helpInformation().trimEnd()}
\`\`\`
`;
}

const pathOf = (command: Command): string => (command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`);
