/** Every message and body as a JSON Schema, for readers in other languages. What a writer may write: defaults are not filled in. */
import { z } from 'zod';
import * as api from '../api.ts';
import { ArtifactRef } from '../artifact.ts';
import { Command } from '../command.ts';
import { DeadLetter } from '../dead-letter.ts';
import { DefinitionRecord } from '../definition-record.ts';
import { EmittedEvent } from '../emitted-event.ts';
import { HistoryCarried, HistoryClaim, HistoryImageEnvelope, HistoryMark, HistoryPosition, HistoryTxnEnvelope } from '../history.ts';
import { AnswerMessage, CancelMessage, ChildEndedMessage, CompensationMessage, HeartbeatMessage, InboxMessage, ResultMessage, SignalMessage, StartMessage, TimerMessage } from '../inbox.ts';
import type { JsonObject } from '../json.ts';
import { LifecycleEvent } from '../lifecycle.ts';
import { PlatformDefaultsFile, PolicyOverride } from '../policy.ts';
import { RequestEvent } from '../request-event.ts';
import { RunError } from '../run-error.ts';

/** By the name of the file that holds it. */
export const DOCUMENTED_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  'request-event': RequestEvent,
  'inbox-message': InboxMessage,
  'inbox-start': StartMessage,
  'inbox-result': ResultMessage,
  'inbox-heartbeat': HeartbeatMessage,
  'inbox-timer': TimerMessage,
  'inbox-signal': SignalMessage,
  'inbox-answer': AnswerMessage,
  'inbox-child-ended': ChildEndedMessage,
  'inbox-cancel': CancelMessage,
  'inbox-compensation': CompensationMessage,
  command: Command,
  'history-claim': HistoryClaim,
  'history-mark': HistoryMark,
  'history-txn': HistoryTxnEnvelope,
  'history-image': HistoryImageEnvelope,
  'history-carried': HistoryCarried,
  'history-position': HistoryPosition,
  'lifecycle-event': LifecycleEvent,
  'emitted-event': EmittedEvent,
  'definition-record': DefinitionRecord,
  'dead-letter': DeadLetter,
  'artifact-ref': ArtifactRef,
  'run-error': RunError,
  'platform-defaults': PlatformDefaultsFile,
  'policy-override': PolicyOverride,
  'start-run-request': api.StartRunRequest,
  'start-run-response': api.StartRunResponse,
  'run-view': api.RunView,
  'run-list': api.RunList,
  'run-history': api.RunHistory,
  'signal-run-request': api.SignalRunRequest,
  'signal-run-response': api.SignalRunResponse,
  'answer-task-request': api.AnswerTaskRequest,
  'answer-task-response': api.AnswerTaskResponse,
  'task-list': api.TaskList,
  'task-view': api.TaskView,
  'cancel-run-request': api.CancelRunRequest,
  'cancel-run-response': api.CancelRunResponse,
  'retry-compensation-request': api.RetryCompensationRequest,
  'skip-compensation-request': api.SkipCompensationRequest,
  'compensation-response': api.CompensationResponse,
  'dead-letter-list': api.DeadLetterList,
  'dead-letter-view': api.DeadLetterView,
  'replay-request': api.ReplayRequest,
  'replay-response': api.ReplayResponse,
  'workflow-list': api.WorkflowList,
  'workflow-view': api.WorkflowView,
  'set-alias-request': api.SetAliasRequest,
  'change-version-request': api.ChangeVersionRequest,
  'deploy-workflow-request': api.DeployWorkflowRequest,
  'deploy-workflow-response': api.DeployWorkflowResponse,
  problem: api.Problem,
};

/** JSON Schemas of draft 2020-12, each complete in itself. */
export function jsonSchemas(): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(Object.entries(DOCUMENTED_SCHEMAS).map(([name, schema]) => [name, schemaOf(schema, name)]));
}

function schemaOf(schema: z.ZodType, title: string): JsonObject {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' });
  return { $schema, title, ...rest } as unknown as JsonObject;
}

/** Of draft 7, which AsyncAPI tools read; without anything that points elsewhere. */
export function draft7SchemaOf(schema: z.ZodType): JsonObject {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline', target: 'draft-7' });
  return rest as unknown as JsonObject;
}
