/** A history of each kind of state, with everything that can happen to it. What was released is never changed: what is new is a new one. */
import type { JsonObject, RunId, StepId } from '@baton/contracts';
import { Recorder, type Golden } from './recorder.ts';

const task = (step: string, more: JsonObject = {}): JsonObject => ({ Type: 'Task', Resource: `s/${step}`, End: true, ...more });
const alone = (name: string, state: JsonObject): JsonObject => ({ StartAt: name, States: { [name]: state } });
const retried = (more: JsonObject = {}): readonly JsonObject[] => [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 2, ...more }];

export const SCENARIOS: Readonly<Record<string, () => Golden>> = {
  'task-retried-and-caught': () =>
    new Recorder({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', Parameters: { 'x.$': '$.x' }, ResultPath: '$.a', Retry: retried({ JitterStrategy: 'FULL' }), Catch: [{ ErrorEquals: ['Bad'], ResultPath: '$.error', Next: 'B' }], Next: 'B' }, B: task('b', { ResultSelector: { 'n.$': '$.m' }, OutputPath: '$.n' }) } })
      .start({ x: 1 }).fail('A').wake().release('A').fail('A', { name: 'Bad', kind: 'business', details: { field: 'x' } }).succeed('B', { m: 7 })
      .golden('an attempt fails, is tried again, is handed back, fails for good and is caught; the next state succeeds'),
  'task-times-out': () =>
    new Recorder(alone('A', task('a', { TimeoutSeconds: 20, HeartbeatSeconds: 5, Retry: retried({ MaxAttempts: 1 }) })))
      .start({}).heartbeat('A', 10).wake().wake().wake()
      .golden('a worker falls silent after its first heartbeat, the next attempt reaches its deadline, and the run fails'),
  'task-by-policy': () =>
    new Recorder({ ...alone('A', task('a', { Baton: { Result: 'merge', default_error_handler: 'continue', max_retries: 1 } })), Baton: { Defaults: {} } })
      .start({ x: 1 }).fail('A').wake().fail('A')
      .golden('the platform’s own retries are used up, and the run goes on with the error in its data'),
  'task-token': () =>
    new Recorder({ ...alone('Ask', task('x', { Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Parameters: { 'token.$': '$$.Task.Token' }, HeartbeatSeconds: 30 })), Baton: { Resources: { 'arn:aws:states:::sqs:sendMessage': 's/ask' } } })
      .start({}).succeed('Ask', 'passed on').succeed('Ask', 'approved', { callback: true, worker: 'someone' })
      .golden('a step passes its task token on, and somebody answers with it'),
  'pass-choice-wait-succeed': () =>
    new Recorder({
      StartAt: 'P',
      States: {
        P: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)', 'in.$': '$$.Execution.Input' }, ResultPath: '$.p', Next: 'C' },
        C: { Type: 'Choice', Choices: [{ And: [{ Variable: '$.p.n', NumericGreaterThan: 3 }, { Not: { Variable: '$.no', IsPresent: true } }], Next: 'W' }], Default: 'F' },
        W: { Type: 'Wait', Seconds: 60, Next: 'U' },
        U: { Type: 'Wait', TimestampPath: '$.until', Next: 'S' },
        S: { Type: 'Succeed', OutputPath: '$.p' },
        F: { Type: 'Fail' },
      },
    })
      .start({ n: 3, until: '2026-02-01T00:00:00Z' }).wake().wake()
      .golden('states that need no step, with an intrinsic function and the context object'),
  fail: () => new Recorder(alone('F', { Type: 'Fail', ErrorPath: '$.name', Cause: 'as it must' })).start({ name: 'Broken' }).golden('a Fail with its error from the data'),
  'run-times-out': () => new Recorder({ ...alone('A', task('a')), TimeoutSeconds: 5 }).start({}).wake().golden('the machine’s own time-out ends the run and takes back what is open'),
  cancelled: () => new Recorder(alone('A', task('a'))).start({}).cancel().golden('a cancel takes back what is open'),
  variables: () =>
    new Recorder({
      StartAt: 'A',
      States: {
        A: { Type: 'Task', Resource: 's/a', Assign: { 'n.$': '$.n', fixed: 'f' }, Catch: [{ ErrorEquals: ['States.ALL'], Assign: { 'why.$': '$.Error' }, Next: 'B' }], Next: 'B' },
        B: { Type: 'Parallel', Branches: [{ StartAt: 'In', States: { In: { Type: 'Pass', Assign: { 'inner.$': '$n' }, Next: 'Out' }, Out: { Type: 'Pass', Parameters: { 'sum.$': 'States.MathAdd($inner, $n)' }, End: true } } }], Assign: { 'all.$': '$' }, Next: 'C' },
        C: { Type: 'Pass', Parameters: { 'all.$': '$all', 'fixed.$': '$fixed' }, End: true },
      },
    })
      .start({}).succeed('A', { n: 4 })
      .golden('variables are set from a result, read inside a branch, and set from the results of branches'),
  'parallel-joined': () =>
    new Recorder({ StartAt: 'Fan', States: { Fan: { Type: 'Parallel', Parameters: { 'x.$': '$.x' }, Branches: [alone('A', task('a')), { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, Next: 'B' }, B: task('b', { Retry: retried() }) } }], ResultPath: '$.all', End: true } } })
      .start({ x: 1, y: 2 }).wake().fail('B').succeed('A', 'a').wake().succeed('B', 'b')
      .golden('two branches, one of them after a wait and a retry, are joined'),
  'parallel-fails': () =>
    new Recorder({ StartAt: 'Fan', States: { Fan: { Type: 'Parallel', Branches: [alone('A', task('a')), { StartAt: 'In', States: { In: { Type: 'Parallel', Branches: [alone('B', task('b')), alone('C', { Type: 'Wait', Seconds: 50, End: true })], End: true } } }], Retry: retried({ MaxAttempts: 1 }), Catch: [{ ErrorEquals: ['States.BranchFailed'], Next: 'Mend' }], Next: 'Mend' }, Mend: { Type: 'Succeed' } } })
      .start({}).fail('B').wake().fail('A')
      .golden('a branch inside a branch fails: all others are taken back, all begin again, fail again, and are caught'),
  'map-inline': () =>
    new Recorder({ StartAt: 'Each', States: { Each: { Type: 'Map', ItemsPath: '$.list', ItemSelector: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index' }, MaxConcurrency: 2, ItemProcessor: alone('A', task('a')), ResultSelector: { 'done.$': '$' }, End: true } } })
      .start({ list: ['x', 'y', 'z'] }).succeed('A', 1).succeed('A', 2).succeed('A', 3)
      .golden('three items, two of them at once'),
  'map-distributed': () =>
    new Recorder({ StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...alone('A', task('a')) }, ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'run.$': '$$.Execution.Id' } }, ToleratedFailureCount: 2, End: true } } })
      .start([1, 2, 3, 4, 5]).fail('A').succeed('A', 'two').succeed('A', 'three')
      .golden('batches of two, one of which fails and is tolerated'),
  'map-wide': () =>
    new Recorder({ StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: alone('P', { Type: 'Pass', End: true }), ResultPath: null, End: true } } })
      .start(Array.from({ length: 230 }, (_, i) => i)).settle()
      .golden('more than one decision holds: it goes on by timers that are due at once'),
  'map-cancelled': () => new Recorder({ StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: alone('A', task('a')), End: true } } }).start([1, 2]).succeed('A', 1).cancel().golden('a cancel while an iteration is open'),
  signals: () =>
    new Recorder({
      StartAt: 'Fan',
      States: {
        Fan: { Type: 'Parallel', Branches: [alone('A', { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'go' }, End: true }), alone('B', { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { 'Name.$': '$.name' }, TimeoutSeconds: 30, Retry: retried({ MaxAttempts: 1 }), End: true })], ResultPath: '$.all', Next: 'Last' },
        Last: { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'late' }, TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.Timeout'], ResultPath: '$.why', Next: 'Done' }], Next: 'Done' },
        Done: { Type: 'Succeed' },
      },
    })
      .start({ name: 'go' }).signal('early', 1, 's0').signal('go', { n: 1 }, 's1').wake().wake().signal('go', { n: 2 }, 's2').wake()
      .golden('two branches wait for signals of one name, one of them again after its deadline; one is kept for nobody, and one never comes'),
  questions: () => {
    const Form = { type: 'object', properties: { ok: { type: 'boolean' }, note: { type: 'string', 'default.$': '$.note' } }, required: ['ok'] };
    const ask = (more: JsonObject, given: JsonObject = {}): JsonObject => ({ Type: 'Task', Resource: 'baton:askPerson', Parameters: { Title: 'Is it good?', Form, ...given }, ...more });
    return new Recorder({
      StartAt: 'Fan',
      States: {
        Fan: { Type: 'Parallel', Branches: [alone('A', ask({ End: true }, { Assignees: ['ada'], 'Data.$': '$', Escalate: [{ AfterSeconds: 10, Assignees: ['bob'] }, { AfterSeconds: 20, Assignees: ['ada', 'eve'] }] })), alone('B', ask({ TimeoutSeconds: 30, Retry: retried({ MaxAttempts: 1 }), End: true }))], ResultPath: '$.all', Next: 'Last' },
        Last: ask({ TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.Timeout'], ResultPath: null, Next: 'Again' }], Next: 'Again' }),
        Again: ask({ End: true }),
      },
    })
      .start({ note: 'n' }).wake().wake().wake().wake().answer('B', { ok: false }, 'a1').answer('A', { ok: true, note: 'fine' }, 'a2').wake().cancel()
      .golden('two branches ask people, one of whom is asked again after the deadline while others are asked as well; one question expires, and a cancel withdraws the last');
  },
  'child-runs': () =>
    new Recorder({
      StartAt: 'Go',
      States: {
        Go: { Type: 'Task', Resource: 'baton:startRun', Parameters: { Workflow: 'other' }, ResultPath: '$.first', Next: 'Wait' },
        Wait: { Type: 'Task', Resource: 'baton:startRun.sync', Parameters: { Workflow: 'other', 'Input.$': '$.n' }, Retry: retried({ MaxAttempts: 1 }), ResultPath: '$.second', Next: 'Last' },
        Last: { Type: 'Task', Resource: 'baton:startRun.sync', Parameters: { Workflow: 'other' }, TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.Timeout'], ResultPath: null, Next: 'Rest' }], Next: 'Rest' },
        Rest: { Type: 'Task', Resource: 'baton:startRun.sync', Parameters: { Workflow: 'other' }, End: true },
      },
    }, { runId: 'run-above' as RunId, stepId: 'S.1' as StepId, attempt: 1, depth: 1, waits: true })
      .start({ n: 7 }).childEnded({ outcome: 'failed', error: { name: 'Busy', message: 'no', kind: 'technical' } }).wake().childEnded({ outcome: 'completed', output: 1 }).wake().cancel()
      .golden('a run that another has started starts runs: one for nobody, one that fails and is started again, one that takes too long, one that a cancel stops'),
  emits: () =>
    new Recorder({ StartAt: 'Say', States: { Say: { Type: 'Task', Resource: 'baton:emit', Parameters: { Type: 'said', 'Data.$': '$.n', Subject: 'x' }, ResultPath: '$.said', Next: 'Again' }, Again: { Type: 'Task', Resource: 'baton:emit', Parameters: { Type: 'said' }, End: true } } })
      .start({ n: 7 })
      .golden('a run that tells the world something, twice'),
  continues: () =>
    new Recorder({ StartAt: 'Wait', States: { Wait: { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'go' }, ResultPath: null, Next: 'On' }, On: { Type: 'Task', Resource: 'baton:continueAs', Parameters: { Input: { 'n.$': '$.n' } }, End: true } } })
      .start({ n: 7 }).signal('later', 1, 's0').signal('go', null, 's1')
      .golden('a run goes on as another, with a signal that it has not taken'),
  compensates: () =>
    new Recorder({
      StartAt: 'A',
      States: {
        A: { Type: 'Task', Resource: 's/a', Compensate: { Resource: 's/undo-a', Parameters: { 'id.$': '$.Result.id' } }, ResultPath: '$.a', Next: 'Fan' },
        Fan: { Type: 'Parallel', Branches: [alone('B', task('b', { Compensate: { Resource: 's/undo-b', Retry: retried(), TimeoutSeconds: 30 } })), alone('W', { Type: 'Wait', Seconds: 50, End: true })], ResultPath: null, Next: 'C' },
        C: task('c', { Compensate: { Resource: 's/undo-c' } }),
      },
    })
      .start({ n: 7 }).succeed('A', { id: 1 }).succeed('B', 'b').wake().fail('C', { name: 'Full' }).fail('B').wake().heartbeat('B', 50).succeed('B', null).succeed('A', null)
      .golden('a run that fails undoes what it has done: inside a Parallel after a retry, then what was before it'),
  'compensation-given-up': () =>
    new Recorder({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', Compensate: { Resource: 's/undo-a' }, Next: 'B' }, B: { Type: 'Task', Resource: 's/b', Compensate: { Resource: 's/undo-b' }, Next: 'C' }, C: task('c') } })
      .start({}).succeed('A', 1).succeed('B', 2).cancel().succeed('B', null).fail('A', { name: 'Gone', kind: 'business' }).cancel()
      .golden('a cancel undoes what was done until that fails, which parks the run; a second cancel gives it up'),
  'results-written': () =>
    new Recorder({
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemSelector: { 'n.$': '$$.Map.Item.Value' },
          ItemProcessor: { ...alone('A', task('a')), ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
          MaxConcurrency: 2,
          ToleratedFailureCount: 1,
          ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'results' } },
          Retry: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], MaxAttempts: 1 }],
          End: true,
        },
      },
      Baton: { Defaults: { max_retries: 0 } },
    })
      .start([1, 2, 3, 4]).fail('A').succeed('A', 'two').fail('A').fail('Each', { name: 'unavailable' }).wake().succeed('Each', {})
      .wake().succeed('A', 1).succeed('A', 2).succeed('A', 3).succeed('A', 4).release('Each').succeed('Each', { MapRunArn: 'arn' })
      .golden('a Map whose results are written: of a try that fails after the writing was tried again, and of one that is well'),
  'compensation-operated': () =>
    new Recorder({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', Compensate: { Resource: 's/undo-a' }, Next: 'B' }, B: { Type: 'Task', Resource: 's/b', Compensate: { Resource: 's/undo-b' }, Next: 'C' }, C: task('c', { Retry: [] }) } })
      .start({}).succeed('A', 1).succeed('B', 2).fail('C').fail('B', { name: 'Gone', kind: 'business' }).compensation('retry', 'r1').succeed('B', null).fail('A', { name: 'Gone', kind: 'business' }).compensation('skip', 'r2')
      .golden('what could not be undone is tried again when an operator says so, and what fails after it is skipped'),
  jsonata: () =>
    new Recorder({
      QueryLanguage: 'JSONata',
      StartAt: 'A',
      States: {
        A: { Type: 'Task', Resource: 's/a', Arguments: { n: '{% $states.input.n * 2 %}', id: '{% $uuid() %}' }, Assign: { total: '{% $states.result.m %}' }, Output: { m: '{% $states.result.m %}' }, TimeoutSeconds: '{% $states.input.n * 10 %}', Next: 'C' },
        C: { Type: 'Choice', Choices: [{ Condition: '{% $total > 3 %}', Output: '{% $states.input %}', Next: 'Each' }], Default: 'F' },
        Each: { Type: 'Map', Items: '{% [1..3] %}', ItemSelector: { v: '{% $states.context.Map.Item.Value + $total %}' }, ItemProcessor: alone('P', { Type: 'Pass', Output: '{% $states.input.v %}', End: true }), Output: '{% $sum($states.result) %}', Next: 'W' },
        W: { Type: 'Wait', Seconds: '{% $states.input %}', End: true },
        F: { Type: 'Fail', Error: '{% $states.context.State.Name %}' },
      },
    })
      .start({ n: 2 }).succeed('A', { m: 5 }).wake()
      .golden('a machine in JSONata'),
};
