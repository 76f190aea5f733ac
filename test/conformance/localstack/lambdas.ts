/** The few functions that the suite deployed, for cases in which their answers were not recorded. */
import { isJsonObject, type Json } from '@baton/contracts';
import type { Said } from '../drive.ts';

/** @param behaviour as the data says it in words. @throws where it says something that no function of the suite does. */
export function lambdaAnswer(behaviour: string, input: Json): Said {
  if (behaviour.startsWith('identity')) return succeeded(payloadOf(input));
  if (behaviour.startsWith('raises CustomException')) return raised('CustomException', 'CustomException message');
  if (behaviour.startsWith('raises Exception')) return raised('Exception', 'Some exception was raised.');
  if (behaviour.startsWith('returns the bytes')) return succeeded('HelloWorld!');
  if (behaviour.startsWith('sleeps')) return 'silence';
  if (behaviour.startsWith('returns > 256 KiB')) return succeeded('a'.repeat(262_145));
  if (behaviour.includes('{"Return": "HelloWorld"}')) return succeeded({ Return: 'HelloWorld' });
  if (behaviour.includes('input-event-')) return succeeded(`input-event-${JSON.stringify(payloadOf(input))}`);
  throw new Error(`Expected one of the suite's functions, but found ${JSON.stringify(behaviour)}`);
}

const succeeded = (output: Json): Said => ({ outcome: 'succeeded', output });

/** What Lambda says of an uncaught exception in Python. */
const raised = (type: string, message: string): Said => ({ outcome: 'failed', error: { name: type, message: JSON.stringify({ errorMessage: message, errorType: type }), kind: 'technical' } });

/** The service integration `lambda:invoke` wraps the event, a function's own ARN does not. */
const payloadOf = (input: Json): Json => (isJsonObject(input) && 'FunctionName' in input && 'Payload' in input ? (input['Payload'] ?? null) : input);
