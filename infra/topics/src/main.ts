/** `apply` or `check` from the environment; see environment.ts. Exit codes: 0 as it must be, 1 differences, 2 could not be done. */
import { connectTopicAdmin } from '@baton/adapter-kafka';
import type { TopicDifference } from './differences.ts';
import { planFromEnvironment } from './environment.ts';
import { applyTopics, checkTopics } from './topics.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function report(differences: readonly TopicDifference[]): number {
  for (const { topic, what, expected, found, command } of differences) say(`${topic}: ${what} is ${found}, expected ${expected}\n  ${command}`);
  return differences.length === 0 ? 0 : 1;
}

async function main(verb: string | undefined): Promise<number> {
  if (verb !== 'apply' && verb !== 'check') {
    process.stderr.write('Expected `apply` or `check`\n');
    return 2;
  }
  try {
    const { brokers, plan } = planFromEnvironment(process.env);
    const admin = await connectTopicAdmin({ brokers });
    try {
      if (verb === 'check') {
        const code = report(await checkTopics(admin, plan));
        if (code === 0) say(`The topics of namespace ${plan.namespace} are as they must be.`);
        return code;
      }
      const { changes, left } = await applyTopics(admin, plan);
      for (const { topic, what } of changes) say(`${topic}: ${what}`);
      if (changes.length === 0 && left.length === 0) say(`The topics of namespace ${plan.namespace} are as they must be.`);
      return report(left);
    } finally {
      await admin.close();
    }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 2;
  }
}

process.exitCode = await main(process.argv[2]);
