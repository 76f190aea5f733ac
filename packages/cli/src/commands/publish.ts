import { randomUUID } from 'node:crypto';
import { connectKafka } from '@baton/adapter-kafka';
import { idempotencyKeyOfEvent, RUN_REQUESTED, RequestEvent, readValue, runIdForKey, topicNames, writeBinary, writeStructured } from '@baton/contracts';
import type { Command } from 'commander';
import { kafkaOf } from '../kafka.ts';
import { collect, readJsonArgument, withFiles, workflowIn } from '../input.ts';
import type { Session } from '../session.ts';

interface Options {
  readonly input: string;
  readonly file?: readonly string[];
  readonly id?: string;
  readonly source: string;
  readonly binary?: boolean;
}

export function addPublish(program: Command, session: (command: Command) => Session): void {
  program
    .command('publish')
    .summary('start a run by a request event on Kafka')
    .description('Write a CloudEvent of type baton.run.requested to the requests topic, as any other program may. Needs BATON_KAFKA_BROKERS; a gateway must be reachable only for --file.')
    .argument('<workflow>', 'name of the workflow; NAME@VERSION or NAME@ALIAS for another version than the live one')
    .option('-i, --input <json>', 'input of the run: JSON, @file.json, or - for standard input', '{}')
    .option('-f, --file <field=path>', 'upload a file and pass its reference as this field of the input; may be repeated', collect)
    .option('--id <id>', 'id of the event; source and id together are the idempotency key (default: a random one)')
    .option('--source <source>', 'source of the event', '/baton/cli')
    .option('--binary', 'write it in the binary mode of the Kafka binding instead of the structured one')
    .action(async (workflow: string, { input, file = [], id = randomUUID(), source, binary }: Options, command: Command) => {
      const called = session(command);
      const { world, style } = called;
      const { brokers, namespace } = kafkaOf(world.env);
      const given = await withFiles(await readJsonArgument('--input', input, world), file, called.client);
      const { name, version } = workflowIn(workflow);
      const event = readValue(RequestEvent, { specversion: '1.0', id, source, type: RUN_REQUESTED, time: new Date(world.nowMs()).toISOString(), datacontenttype: 'application/json', data: { workflow: name, ...(version !== undefined && { version }), input: given } });
      const kafka = await connectKafka({ brokers, namespace, clientId: 'baton-cli', requires: ['requests'] });
      try {
        await kafka.requestSender.publish({ key: `${source}/${id}`, ...(binary === true ? writeBinary(event) : writeStructured(event)) });
      } finally {
        await kafka.close();
      }
      const runId = runIdForKey(name, idempotencyKeyOfEvent(source, id));
      called.answer({ topic: topicNames(namespace).requests, source, id, runId, workflow }, () => `${runId}\n${style.quiet(`Published ${id} of ${source}; watch the run with: baton watch ${runId}. A request that is refused is in: baton dlq list`)}`);
    });
}
