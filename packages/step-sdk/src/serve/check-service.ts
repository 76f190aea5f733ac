/** Mistakes that would otherwise show when the first run comes. */
import { ID_PATTERN } from '@baton/contracts';
import { resolveResource, resourcesOf, statesIn, type Workflow } from '@baton/workflow';
import type { AnyStep } from '../step.ts';

/** @throws TypeError that lists every mistake. */
export function checkService(service: string, steps: readonly AnyStep[], workflows: readonly Workflow[]): void {
  const mistakes: string[] = [];
  if (!ID_PATTERN.test(service)) mistakes.push(`service: expected 1 to 128 letters, digits, '.', '_' or '-', beginning with a letter or digit, but found ${JSON.stringify(service)}`);
  const names = steps.map(({ name }) => name);
  for (const name of new Set(names.filter((name, i) => names.indexOf(name) !== i))) mistakes.push(`steps: ${name} is there twice; give one of them another name`);
  for (const { def, machine } of workflows) {
    for (const [state, definition] of statesIn(machine)) {
      for (const resource of resourcesOf(definition).map((text) => resolveResource(text, machine))) {
        if (resource?.service !== service || names.includes(resource.step)) continue;
        mistakes.push(`workflows: ${def.name}.${state} wants the step ${resource.step}, which is not among the steps of ${service}; add it or correct its Resource`);
      }
    }
  }
  if (mistakes.length > 0) throw new TypeError(`The service ${service} cannot start:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
}
