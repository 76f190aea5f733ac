/** Compensate of a Task: whether a step runs for it, and whether its times and rules go together. */
import { isJsonObject, type JsonObject } from '@baton/contracts';
import type { Report } from '../problem.ts';
import { splitResource } from '../resource.ts';
import { engineResourceOf, ENGINE_RESOURCES, type EngineResource } from '../engine-resources/index.ts';
import { checkErrorRules } from './error-rules.ts';
import { checkOtherLanguage } from './other-language.ts';
import type { StatePlace } from './state.ts';
import { checkResource, checkTimes } from './task.ts';

export function checkCompensate({ Compensate: compensate, Resource: undoes }: JsonObject, place: StatePlace, report: Report): void {
  if (!isJsonObject(compensate)) return;
  const at = [...place.at, 'Compensate'];
  const ofEngine = typeof undoes === 'string' ? engineResourceOf(undoes, place.bound) : undefined;
  if (ofEngine !== undefined && (ENGINE_RESOURCES[ofEngine] as EngineResource).endsTheRun === true) report(at, `Expected no Compensate: ${ofEngine} ends the run, which then has gone well`, { ofName: true });
  checkErrorRules(compensate, at, report);
  checkOtherLanguage(compensate, { language: place.language, at }, report);
  checkTimes(compensate, at, report);
  const { Resource: resource } = compensate;
  if (typeof resource !== 'string' || resource === '') return;
  const where = [...at, 'Resource'];
  if (engineResourceOf(resource, place.bound) !== undefined) return report(where, `Expected a step that a service runs, but ${resource} is the engine's own`);
  if (splitResource(resource).integration === 'token') return report(where, 'Expected a step that answers by itself: nobody waits for a task token while a run is undone');
  checkResource(resource, { ...place, at: where }, report);
}
