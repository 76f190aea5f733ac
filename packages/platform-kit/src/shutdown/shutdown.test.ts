import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { createLog } from '../log/log.ts';
import { installShutdown } from './shutdown.ts';

function installed() {
  const lines: Record<string, unknown>[] = [];
  const target = Object.assign(new EventEmitter(), { exits: [] as number[], exit(code: number) { target.exits.push(code); target.emit('exited'); } });
  const shutdown = installShutdown({ log: createLog({ service: 's', destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) } }), process: target as never });
  const exited = new Promise<void>((resolve) => target.once('exited', () => resolve()));
  return { lines, target, shutdown, exited };
}

describe('shutdown', () => {
  it('runs its steps in order on SIGTERM and exits with 0', async () => {
    const { target, shutdown, exited } = installed();
    const done: string[] = [];
    shutdown.step('first', 1_000, async () => { await Promise.resolve(); done.push('first'); });
    shutdown.step('second', 1_000, () => void done.push('second'));
    target.emit('SIGTERM');
    await exited;
    expect(done).toEqual(['first', 'second']);
    expect(target.exits).toEqual([0]);
  });

  it('goes on after a step that hangs or throws, says which, and exits with 1', async () => {
    const { target, shutdown, exited, lines } = installed();
    let last = false;
    shutdown.step('hangs', 10, () => new Promise(() => {}));
    shutdown.step('throws', 1_000, () => { throw new Error('broken'); });
    shutdown.step('last', 1_000, () => { last = true; });
    target.emit('SIGINT');
    await exited;
    expect(last).toBe(true);
    expect(target.exits).toEqual([1]);
    expect(lines.filter(({ level }) => level === 'error').map(({ step }) => step)).toEqual(['hangs', 'throws']);
  });

  it('ends at once on a second signal', async () => {
    const { target, shutdown } = installed();
    let release = (): void => {};
    shutdown.step('hangs', 60_000, () => new Promise((resolve) => { release = resolve; }));
    target.emit('SIGTERM');
    expect(target.exits).toEqual([]);
    target.emit('SIGINT');
    expect(target.exits).toEqual([1]);
    release();
    await shutdown.now('the rest of the first');
  });

  it('logs what nobody caught and exits with 1', () => {
    const { target, lines } = installed();
    target.emit('unhandledRejection', 'just text');
    target.emit('uncaughtException', new Error('boom'));
    expect(target.exits).toEqual([1, 1]);
    expect(lines).toMatchObject([{ level: 'fatal', err: { message: 'just text' } }, { level: 'fatal', err: { message: 'boom' } }]);
  });

  it('can begin from inside, once', async () => {
    const { target, shutdown } = installed();
    let runs = 0;
    shutdown.step('one', 1_000, () => void (runs += 1));
    await Promise.all([shutdown.now('the consumer died'), shutdown.now('again', 0)]);
    expect([runs, target.exits]).toEqual([1, [1]]);
  });
});
