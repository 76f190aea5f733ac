/** What a run asks a person (`baton:askPerson`), and how the asking is named: by the run, the state's entry and its try. */
import { z } from 'zod';
import type { Form } from './form.ts';
import { ID_PATTERN, type RunId, type StepId } from './ids.ts';
import type { Json } from './json.ts';

/** A person or a group, as the installation names them. */
export const Assignee = z.string().min(1).max(256);

/** Nobody has answered after so long: these are asked as well. */
export interface Escalation {
  /** Since the question was asked. */
  readonly afterSeconds: number;
  readonly assignees: readonly string[];
}

export interface Question {
  readonly description?: string;
  /** What is shown beside it. */
  readonly data?: Json;
  readonly form: Form;
  /** Earliest first. */
  readonly escalations?: readonly Escalation[];
}

/** `withdrawn`: the run has ended or gone another way before anybody answered. */
export const QUESTION_OUTCOMES = ['answered', 'expired', 'withdrawn'] as const;
export type QuestionOutcome = (typeof QUESTION_OUTCOMES)[number];

/** By which door an answer came. */
export const ANSWER_VIA = ['api', 'link'] as const;
export type AnswerVia = (typeof ANSWER_VIA)[number];

/** What a step keeps of its last question, for whoever comes later. */
export interface AskedQuestion {
  readonly attempt: number;
  readonly title: string;
  /** Absent while it is open. */
  readonly outcome?: QuestionOutcome;
  readonly atMs?: number;
  /** Who answered, where they said it, and the id of their answer, hashed. */
  readonly by?: string;
  readonly answer?: string;
}

export interface TaskPlace {
  readonly runId: RunId;
  readonly stepId: StepId;
  readonly attempt: number;
}

/** Ids have no `~`, so the parts can be told from each other. */
export const taskIdOf = ({ runId, stepId, attempt }: TaskPlace): string => `${runId}~${stepId}~${attempt}`;

/** Undefined for what is no task's id. */
export function readTaskId(text: string): TaskPlace | undefined {
  const [runId = '', stepId = '', attempt = '', ...more] = text.split('~');
  if (more.length > 0 || !ID_PATTERN.test(runId) || !ID_PATTERN.test(stepId) || !/^[1-9]\d{0,6}$/.test(attempt)) return undefined;
  return { runId: runId as RunId, stepId: stepId as StepId, attempt: Number(attempt) };
}

export const TaskId = z.string().refine((text) => readTaskId(text) !== undefined, 'Expected the id of a task, as GET /v1/tasks shows it');
