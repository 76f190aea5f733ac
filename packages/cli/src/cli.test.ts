import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approvalRecords, asksRecords, chainRecords, smallSystem, tripRecords, until, type SmallSystem } from '@baton/gateway/testing';
import { baton, type CallOptions, type Called } from './testing.ts';

describe('baton', () => {
  let system: SmallSystem;
  let folder: string;
  beforeAll(async () => {
    system = await smallSystem({ unknownWorkflowWaitMs: 10, takesDefinitions: true });
    folder = await mkdtemp(join(tmpdir(), 'baton-cli-'));
  });
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true });
  });

  const call = (args: string, options: CallOptions & { readonly more?: readonly string[] } = {}): Promise<Called> => baton([...args.split(' '), ...(options.more ?? [])], { ...options, env: { BATON_URL: system.url, ...options.env } });
  const json = async (args: string, options: CallOptions & { readonly more?: readonly string[] } = {}) => {
    const called = await call(`${args} --json`, options);
    expect(called.stderr).toBe('');
    return { code: called.code, document: JSON.parse(called.stdout) };
  };

  it('starts a run, watches it to its end and shows what it did', async () => {
    const started = await json('start echo --key k1 --input', { more: ['{"text":"hello"}'] });
    expect(started).toMatchObject({ code: 0, document: { status: 'accepted', workflow: 'echo' } });
    const { runId } = started.document;
    expect(await json(`watch ${runId}`)).toMatchObject({ code: 0, document: { runId, status: 'completed', output: { said: { text: 'hello' } } } });
    expect((await json('start echo --key k1 --input', { more: ['{"text":"hello"}'] })).document.runId).toBe(runId);
    expect((await json(`describe ${runId}`)).document.steps).toMatchObject([{ state: 'Say', status: 'completed' }]);
    expect((await json(`history ${runId}`)).document.entries[0]).toMatchObject({ seq: 1, event: { type: 'run-started' } });
    const listed = await call('runs --status completed --workflow echo');
    expect(listed.stdout).toContain(runId);
    expect(listed.stdout.split('\n')[0]).toMatch(/^RUN\s+WORKFLOW\s+STATUS/);
    expect((await call(`history ${runId}`)).stdout).toContain('attempt-closed');
    expect((await call(`describe ${runId}`)).stdout).toMatch(/✓ Say\s+completed/);
  });

  it('draws where the time of a run went, and links to where its spans are', async () => {
    const { runId } = (await json('start echo --watch --input', { more: ['{"text":"hello"}'] })).document;
    const { traceId } = (await json(`describe ${runId}`)).document;
    expect((await json(`trace ${runId}`)).document).toMatchObject({ runId, status: 'completed', unplaced: 0, states: [{ state: 'Say', outcome: 'done', parts: [{ kind: 'attempt', attempt: 1, outcome: 'succeeded' }] }] });
    const drawn = (await call(`trace ${runId}`, { env: { BATON_TRACE_URL: 'http://jaeger.example:16686/' } })).stdout;
    expect(drawn).toMatch(/^echo run-\S+ {2}completed/);
    expect(drawn).toMatch(/^Say \S+\/\S+ +[\d.]+ m?s +[░█]+$/m);
    expect(drawn).toContain(`Spans: http://jaeger.example:16686/trace/${traceId}`);
    expect((await call(`trace ${runId}`, { env: { BATON_TRACE_URL: 'http://t.example/find?id={traceId}' } })).stdout).toContain(`http://t.example/find?id=${traceId}`);
    expect((await call(`trace ${runId} --state Other`)).stdout).toContain('It has entered no state "Other".');
    expect(await json('trace run-unknown')).toMatchObject({ code: 4, document: { error: { code: 'unknown_run' } } });
  });

  it('takes the input from a file and from standard input', async () => {
    const path = join(folder, 'input.json');
    await writeFile(path, '{"text":"from a file"}');
    expect((await json(`start echo --watch --input @${path}`)).document.output.said.text).toBe('from a file');
    expect((await json('start echo --watch --input -', { stdin: '{"text":"from stdin"}' })).document.output.said.text).toBe('from stdin');
  });

  it('lists what people are asked, shows it, and answers it by the task or the run', async () => {
    await system.memory.definitions.publish(asksRecords());
    const start = async (order: number) => (await until(async () => {
      const started = await call('start asks --json --input', { more: [JSON.stringify({ order })] });
      return started.code === 0 && (JSON.parse(started.stdout) as { runId: string });
    }, 'the workflow to be known')).runId;
    const [one, two] = [await start(1), await start(2)];
    const tasks = await until(async () => {
      const { document } = await json('tasks --assignee ada');
      return document.tasks.length === 2 && (document.tasks as { taskId: string; runId: string; title: string }[]);
    }, 'the questions');
    const taskId = tasks.find(({ runId }) => runId === one)!.taskId;
    expect((await call('tasks')).stdout).toMatch(/^TASK +WORKFLOW +TITLE +ASSIGNEES/);
    expect((await call(`task ${taskId}`)).stdout).toContain(`${system.url}/tasks/${taskId}?sig=`);
    expect((await call(`task ${taskId}`)).stdout).toMatch(/Pay order 1\?[^]*ada, group:finance[^]*approved +boolean +required/);
    expect((await call(`describe ${one}`)).stdout).toContain('asks Pay order 1?');
    expect((await json(`answer ${taskId} --data`, { more: ['{"approved":"yes"}'] })).document.error).toMatchObject({ code: 'invalid_answer', exitCode: 2, problems: [{ field: '/approved' }] });
    expect(await json(`answer ${taskId} --by ada --id a1 --data`, { more: ['{"approved":true}'] })).toMatchObject({ code: 0, document: { status: 'answered', by: 'ada' } });
    expect((await json(`answer ${taskId} --data`, { more: ['{"approved":false}'] })).document.error).toMatchObject({ code: 'task_answered', exitCode: 2 });
    expect(await json(`answer ${two} --data`, { more: ['{"approved":false}'] })).toMatchObject({ code: 0, document: { status: 'answered' } });
    expect((await json(`answer ${two} --data`, { more: ['{"approved":false}'] })).document.error).toMatchObject({ code: 'usage' });
    expect((await call(`task ${taskId}`)).stdout).toContain('by     ada');
    expect((await json('task nothing')).document.error).toMatchObject({ code: 'unknown_task', exitCode: 4 });
  });

  it('uploads files into the input', async () => {
    const path = join(folder, 'a b.txt');
    await writeFile(path, 'content');
    const refused = await json('start echo --input', { more: ['{"text":"x"}', '--file', `colour=${path}`] });
    // The schema of echo does not know the field, which shows that it was set.
    expect(refused.document.error.problems).toEqual([{ field: '/colour', message: 'is not known; leave it out' }]);
    expect((await json('start echo', { more: ['--file', 'nothing'] })).document.error.message).toContain('FIELD=PATH');
    expect((await json('start echo', { more: ['--file', 'a=/does/not/exist'] })).document.error).toMatchObject({ code: 'usage', exitCode: 2 });
  });

  it('tells plain lines where nobody looks, and redraws in place for a person', async () => {
    const plain = await call('start echo --watch --input', { more: ['{"text":"plain"}'] });
    expect(plain.code).toBe(0);
    expect(plain.stdout).not.toContain('\u001b');
    expect(plain.stdout).toMatch(/Z {2}✓ Say {2}completed {2}after /);
    expect(plain.stdout).toMatch(/Z {2}run completed\n/);
    const drawn = await call('start echo --watch --input', { more: ['{"text":"drawn"}'], tty: true });
    expect(drawn.stdout).toContain('\u001b[2K');
    expect(drawn.stdout).toContain('\u001b[32m');
    expect((await call('runs', { tty: true, env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001b[3');
  });

  it('goes on with what could not be undone: tries it again, passes it over, and says who and why', async () => {
    await system.memory.definitions.publish(tripRecords());
    system.step.broken = true;
    const { runId } = await until(async () => {
      const { code, document } = await json('start trip');
      return code === 0 && document;
    }, 'the workflow');
    await until(async () => (await json(`describe ${runId}`)).document.status === 'blocked', 'the run to be parked');
    expect(await json(`compensation skip ${runId} Hotel`)).toMatchObject({ code: 2, document: { error: { code: 'usage', message: expect.stringContaining('--reason') } } });
    expect(await json(`compensation skip ${runId} Flight --reason x`)).toMatchObject({ code: 2, document: { error: { code: 'nothing_to_undo' } } });
    expect((await call(`compensation skip ${runId} Hotel --by Ada --id s1 --reason`, { more: ['done by phone'] })).stdout.trim()).toBe(`${runId} accepted (s1)`);
    await until(async () => (await call(`describe ${runId}`)).stdout.includes('Flight (failed), Hotel (skipped)'), 'the next to fail');
    system.step.broken = false;
    expect(await json(`compensation retry ${runId} Flight`)).toMatchObject({ code: 0, document: { runId, status: 'accepted' } });
    await until(async () => (await json(`describe ${runId}`)).document.status === 'failed', 'the end');
    expect((await call(`describe ${runId}`)).stdout).toContain('undo     Flight (undone), Hotel (skipped)');
    expect((await call(`history ${runId}`)).stdout).toMatch(/compensation-skipped\s+.*of=Hotel.2 requestId=s1 by=Ada reason=done by phone/);
    expect(await json(`compensation retry ${runId}`)).toMatchObject({ document: { error: { code: 'run_ended' } } });
  });

  it('signals a run, and shows what it waits for and what has come', async () => {
    await system.memory.definitions.publish(approvalRecords());
    const { runId } = (await until(async () => { const started = await json('start approval'); return started.code === 0 && started; }, 'the workflow')).document;
    await until(async () => (await call(`describe ${runId}`)).stdout.includes('waits for the signal approved'), 'the wait');
    expect(await json(`signal ${runId} later --id early --data`, { more: ['{"n":1}'] })).toMatchObject({ code: 0, document: { runId, name: 'later', id: 'early', status: 'accepted' } });
    await until(async () => /signals\s+later \(early\)/.test((await call(`describe ${runId}`)).stdout), 'the signal');
    expect((await call(`signal ${runId} approved --id s1`)).stdout.trim()).toBe('approved accepted (s1)');
    expect(await json(`watch ${runId}`)).toMatchObject({ code: 0, document: { status: 'completed', output: { told: { Data: null, Id: 's1' } } } });
    expect(await json(`signal ${runId} approved --data`, { more: ['nothing'] })).toMatchObject({ code: 2, document: { error: { code: 'usage' } } });
    expect((await call(`history ${runId}`)).stdout).toMatch(/signal-taken\s+.*id=s1/);
  });

  it('follows a chain of runs to the end of the last, and shows its links', async () => {
    await system.memory.definitions.publish(chainRecords());
    const watched = await until(async () => { const called = await call('start chain --watch --input', { more: ['{"n":0}'] }); return called.code === 0 && called; }, 'the workflow');
    expect(`${watched.stdout}${watched.stderr}`.match(/goes on as run-/g)).toHaveLength(2);
    const last = (await json('runs --workflow chain')).document.runs[0].runId;
    expect((await call(`describe ${last}`)).stdout).toContain('number 3 of a chain');
  });

  it('ends with 3 where the watched run did not complete', async () => {
    system.step.hold();
    const { document } = await json('start echo --input', { more: ['{"text":"to cancel"}'] });
    const watching = call(`watch ${document.runId}`);
    expect(await json(`cancel ${document.runId} --reason enough`)).toMatchObject({ code: 0, document: { status: 'cancelling' } });
    const watched = await watching;
    system.step.release();
    expect(watched.code).toBe(3);
    expect(watched.stdout).toContain('run cancelled');
    expect(await json(`cancel ${document.runId}`)).toMatchObject({ code: 2, document: { error: { code: 'run_ended' } } });
  });

  it('ends with 130 where the person stops watching, and says that the run goes on', async () => {
    system.step.hold();
    const { document } = await json('start echo --input', { more: ['{"text":"left alone"}'] });
    const stop = new AbortController();
    const watching = call(`watch ${document.runId}`, { signal: stop.signal });
    stop.abort();
    const watched = await watching;
    system.step.release();
    expect(watched.code).toBe(130);
    expect(watched.stderr).toContain(`baton watch ${document.runId}`);
  });

  it.each([
    ['start echo --input {"text":', 2, 'usage', '--input is not JSON'],
    ['start echo --input {"__proto__":1}', 2, 'usage', '/__proto__'],
    ['start echo --input {}', 2, 'invalid_input', '/text'],
    ['start ecko --input {}', 4, 'unknown_workflow', 'did you mean "echo"'],
    ['start echo@9 --input {}', 4, 'unknown_workflow_version', 'it has 1'],
    ['start echo@Live --input {}', 2, 'schema', '/version'],
    ['workflows show ecko', 4, 'unknown_workflow', 'did you mean "echo"'],
    ['workflows alias echo live', 2, 'usage', '--remove'],
    ['workflows alias echo live 1 --remove', 2, 'usage', 'found both'],
    ['workflows alias echo live one', 2, 'usage', '4=10'],
    ['workflows retire echo one', 2, 'usage', 'whole number from 1'],
    ['workflows delete echo 1', 2, 'workflow_in_use', 'retire it first'],
    ['describe run-nothing', 4, 'unknown_run', 'run-nothing'],
    ['watch run-nothing', 4, 'unknown_run', 'run-nothing'],
    ['dlq show nothing', 4, 'unknown_dead_letter', 'nothing'],
    [`artifacts get ${'0'.repeat(64)} --output /tmp/never`, 4, 'unknown_artifact', 'no artifact'],
    ['artifacts put /does/not/exist', 2, 'usage', 'no such file'],
    ['runs --limit 0', 2, 'usage', '--limit'],
    ['runs --limit many', 2, 'usage', '--limit'],
    ['runs --status done', 2, 'usage', 'Allowed choices'],
    ['runs --stauts failed', 2, 'usage', '--status'],
    ['rns', 2, 'usage', 'did you mean runs'],
    ['start', 2, 'usage', 'missing required argument'],
    ['publish echo', 2, 'usage', 'knows no broker'],
    ['topics check', 2, 'usage', 'knows no broker'],
    ['runs --url ftp://x', 2, 'usage', 'baseUrl'],
    ['runs --url http://127.0.0.1:9', 1, 'unreachable', 'http://127.0.0.1:9'],
  ])('answers `%s` with %i, a code and what helps', async (args, code, errorCode, text) => {
    const { code: exit, document } = await json(args);
    expect([exit, document.error.exitCode, document.error.code]).toEqual([code, code, errorCode]);
    expect(document.error.message).toContain(text);
    const human = await call(args);
    expect(human.code).toBe(code);
    expect(human.stdout).toBe('');
    expect(human.stderr).toMatch(/^error /);
  });

  it('names every field that does not fit, and where to read on', async () => {
    const { stderr } = await call('start echo --input', { more: ['{"count":0,"colour":1}'] });
    for (const text of ['/text is required', '/colour is not known', '/count', 'baton workflows']) expect(stderr).toContain(text);
  });

  it('shows the help of a group that is called without its command', async () => {
    const called = await call('dlq');
    expect([called.code, called.stdout]).toEqual([2, '']);
    expect(called.stderr).toContain('replay');
    expect((await call('dlq --help')).stdout).toContain('replay');
    expect((await baton([])).stdout).toContain('Usage: baton');
  });

  it('carries files there and back', async () => {
    const path = join(folder, 'notes.txt');
    await writeFile(path, 'some notes');
    const { document: ref } = await json(`artifacts put ${path}`);
    expect(ref).toMatchObject({ name: 'notes.txt', bytes: 10 });
    const copy = join(folder, 'copy.txt');
    expect(await json(`artifacts get ${ref.hash} --output ${copy}`)).toMatchObject({ code: 0, document: { bytes: 10 } });
    expect(await readFile(copy, 'utf8')).toBe('some notes');
  });

  it('lists, shows and replays dead letters without letting them move the terminal', async () => {
    await system.memory.requestSender.publish({ key: 'k\u001b[2J', value: '{"specversion":"1.0","id":"\\u001b[31m","source":"/s","type":"baton.run.requested","data":{"workflow":"ecko","input":{"text":"x"}}}', headers: {} });
    const { document } = await until(async () => {
      const list = await json('dlq list');
      return list.document.deadLetters.length > 0 && list;
    }, 'the dead letter');
    const { id } = document.deadLetters[0];
    expect((await call('dlq list')).stdout).toContain('unknown_workflow');
    const shown = await call(`dlq show ${id}`);
    expect(shown.stdout).toContain('"workflow":"ecko"');
    expect(shown.stdout).not.toContain('\u001b');
    const value = JSON.stringify({ specversion: '1.0', id: 'fixed', source: '/s', type: 'baton.run.requested', data: { workflow: 'echo', input: { text: 'fixed' } } });
    expect(await json(`dlq replay ${id} --value -`, { stdin: value })).toMatchObject({ code: 0, document: { sent: true } });
    expect((await call(`dlq replay ${id}`)).stdout).toContain('Nothing sent');
  });

  it('lists workflows and plans topics', async () => {
    expect((await call('workflows')).stdout).toMatch(/echo\s+1/);
    expect((await call('workflows alias echo canary 1=3 --by ada')).stdout).toMatch(/^VERSION[^]*^1 .*taken$[^]*^canary 1 \(ada\)$[^]*^live 1 \(published last\)$/m);
    expect((await json('start echo@canary --input', { more: ['{"text":"by alias"}'] })).document).toMatchObject({ workflow: 'echo', status: 'accepted' });
    expect((await call('workflows alias echo canary --remove')).stdout).not.toContain('canary');
    expect((await json('topics plan --services a,b --replication-factor 1')).document.topics.map(({ name }: { name: string }) => name)).toContain('baton.default.cmd.a.v1');
  });

  it('finds out what is wrong', async () => {
    const well = await json('doctor');
    expect(well.code).toBe(0);
    expect(well.document.findings.find(({ what }: { what: string }) => what === 'gateway')).toMatchObject({ state: 'ok' });
    const broken = await call('doctor --url http://127.0.0.1:9');
    expect(broken.code).toBe(5);
    expect(broken.stdout).toMatch(/fail {2}gateway .*\n.*baton dev/);
    const noKafka = await json('doctor', { env: { BATON_KAFKA_BROKERS: '127.0.0.1:9' } });
    expect(noKafka.document.findings.find(({ what }: { what: string }) => what === 'Kafka')).toMatchObject({ state: 'fail' });
  });

  it('says that the port is taken, and how to take another', async () => {
    const taken = Object.assign(new Error('listen EADDRINUSE: address already in use 127.0.0.1:7400'), { code: 'EADDRINUSE' });
    const called = await baton(['dev'], { startEmbedded: () => Promise.reject(taken) });
    expect(called).toMatchObject({ code: 2, stderr: expect.stringMatching(/127\.0\.0\.1:7400.*\n.*baton dev --port/) });
  });

  it('runs the whole system until it is told to stop, and stops it', async () => {
    const stop = new AbortController();
    const seen: unknown[] = [];
    const called = baton(['dev', '--port', '0', '--data', folder], {
      signal: stop.signal,
      startEmbedded: async (options) => {
        seen.push(options);
        setImmediate(() => stop.abort());
        return { url: 'http://127.0.0.1:1234', stop: async () => void seen.push('stopped') };
      },
    });
    expect(await called).toMatchObject({ code: 0, stdout: expect.stringContaining('http://127.0.0.1:1234') });
    expect(seen).toEqual([{ port: 0, host: '127.0.0.1', directory: folder, verbose: false }, 'stopped']);
  });
});
