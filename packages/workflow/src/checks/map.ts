/** A Map: which machine it runs, what only DISTRIBUTED has, and the parts that exclude or need each other. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import type { Report } from '../problem.ts';
import { atMostOne, exactlyOne } from './exclusive.ts';
import { checkReader } from './item-reader.ts';
import { checkWriter } from './result-writer.ts';
import type { StatePlace } from './state.ts';
import { isDistributed } from './values.ts';

/** Source: AWS Step Functions, "Using Map state in Distributed mode". */
const DISTRIBUTED_ONLY = ['Label', 'ItemReader', 'ItemBatcher', 'ResultWriter', 'ToleratedFailureCount', 'ToleratedFailureCountPath', 'ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'];
/** What may not stand in the name of a run on AWS, of which a Label becomes a part. */
const NOT_IN_LABEL = /[\s?*<>{}[\]:;,\\|^~$#%&`"/\p{Cc}]/u;

export function checkMap(state: JsonObject, place: StatePlace, report: Report): void {
  const { at, language } = place;
  exactlyOne(state, language === 'JSONata' ? ['ItemProcessor'] : ['ItemProcessor', 'Iterator'], at, report);
  atMostOne(state, ['ItemSelector', 'Parameters'], at, report);
  if (!isDistributed(state)) {
    for (const field of DISTRIBUTED_ONLY) if (state[field] !== undefined) report([...at, field], `AWS knows ${field} only in a Map whose ProcessorConfig has Mode DISTRIBUTED`, { severity: 'warning', ofName: true });
  }
  checkLabel(state['Label'], [...at, 'Label'], report);
  checkBatcher(state['ItemBatcher'], [...at, 'ItemBatcher'], report);
  if (isJsonObject(state['ItemReader'])) checkReader(state['ItemReader'], { ...place, at: [...at, 'ItemReader'] }, report);
  if (isJsonObject(state['ResultWriter'])) checkWriter(state['ResultWriter'], { ...place, at: [...at, 'ResultWriter'] }, report);
}

function checkLabel(label: Json | undefined, at: readonly PropertyKey[], report: Report): void {
  const wrong = typeof label === 'string' ? NOT_IN_LABEL.exec(label)?.[0] : undefined;
  if (wrong !== undefined) report(at, `Expected a label without blanks, brackets, control characters and any of ? * " # % \\ ^ | ~ \` $ & , ; : /, but found ${JSON.stringify(wrong)} in it`);
}

function checkBatcher(batcher: Json | undefined, at: readonly PropertyKey[], report: Report): void {
  if (!isJsonObject(batcher)) return;
  const limits = ['MaxItemsPerBatch', 'MaxInputBytesPerBatch'];
  for (const field of limits) atMostOne(batcher, [field, `${field}Path`], at, report);
  if (limits.every((field) => batcher[field] === undefined && batcher[`${field}Path`] === undefined)) report(at, `Expected one of ${limits.join(', ')} or both`, { ofName: true });
}
