import { ID_PATTERN } from '@baton/contracts';

/** What a Task's Resource names: a step, and the service that offers it. */
export interface StepResource {
  readonly service: string;
  readonly step: string;
}

/** `"<service>/<step>"`; undefined where the text is something else. */
export function parseResource(text: string): StepResource | undefined {
  const [service, step, ...rest] = text.split('/');
  if (service === undefined || step === undefined || rest.length > 0) return undefined;
  return ID_PATTERN.test(service) && ID_PATTERN.test(step) ? { service, step } : undefined;
}
