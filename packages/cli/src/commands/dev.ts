import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { wholeNumber } from './runs.ts';

export function addDev(program: Command, session: (command: Command) => Session): void {
  program
    .command('dev')
    .summary('run the whole system here')
    .description('Run orchestrator, gateway and step services in this process, without Kafka and Redis, until you stop it.')
    .option('-p, --port <port>', 'port of the gateway; 0 takes a free one', wholeNumber('--port'), 7_400)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('-d, --data <directory>', 'keep runs and files here, so that they survive a restart (default: in memory)')
    .option('-v, --verbose', 'show the log')
    .action(async ({ port, host, data, verbose }: { port: number; host: string; data?: string; verbose?: boolean }, command: Command) => {
      const called = session(command);
      const { world, style } = called;
      const system = await world.startEmbedded({ port, host, directory: data, verbose: verbose === true });
      try {
        called.answer({ url: system.url, directory: data ?? null }, () => `${style.good('ready')}  ${system.url}\n${style.quiet('In another terminal: baton workflows, baton start WORKFLOW --watch. Stop with Ctrl-C.')}`);
        if (!world.signal.aborted) await new Promise<void>((resolve) => world.signal.addEventListener('abort', () => resolve(), { once: true }));
      } finally {
        await system.stop();
      }
    });
}
