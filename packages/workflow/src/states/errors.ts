/** Names of errors, as rules of Retry and Catch mean them. Source: Amazon States Language, "Errors"; AWS Step Functions, "Error names". */
import { z } from 'zod';

/** The reserved names, with what each means. No error of an author begins with `States.`. */
export const RESERVED_ERRORS: Readonly<Record<string, string>> = {
  'States.ALL': 'Every error but States.DataLimitExceeded and States.Runtime. Stands alone, in the last rule.',
  'States.BranchFailed': 'A branch of a Parallel failed.',
  'States.DataLimitExceeded': 'A result or the data is larger than allowed.',
  'States.ExceedToleratedFailureThreshold': 'More items of a Map failed than it tolerates.',
  'States.Failed': 'A Fail that names no error. On AWS such an error has no name.',
  'States.HeartbeatTimeout': 'A step sent no heartbeat in time. States.Timeout means it too.',
  'States.Http.Socket': 'AWS alone raises it, for calls by HTTP.',
  'States.IntrinsicFailure': 'An intrinsic function was called with values that it cannot take.',
  'States.ItemReaderFailed': 'The source of a Map’s items could not be read.',
  'States.NoChoiceMatched': 'No rule of a Choice fits, and it has no Default.',
  'States.ParameterPathFailure': 'A path in a template finds nothing.',
  'States.Permissions': 'AWS alone raises it, for rights that are missing.',
  'States.QueryEvaluationError': 'An expression in JSONata failed, or gave a value that cannot stand there.',
  'States.ResultPathMatchFailure': 'ResultPath cannot be applied to the data.',
  'States.ResultWriterFailed': 'The results of a Map could not be written.',
  'States.Runtime': 'The definition and the data do not fit together. Neither retried nor caught, also where a rule names it.',
  'States.TaskFailed': 'Every error of a step but States.Timeout.',
  'States.Timeout': 'A step did not answer in time, or the run took longer than its machine allows.',
};

export const errorEquals = z.array(z.string().min(1).max(256)).min(1).describe('The names that this rule means.');
