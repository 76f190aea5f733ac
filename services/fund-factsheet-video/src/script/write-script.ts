/** Writes the script of a fund's film from the extracted data alone. Pure: the same data give the same script. */
import type { Extracted } from '../extracted.ts';
import { knownPage } from '../figures/known-page.ts';
import { BusinessValidationError } from '@baton/step-sdk';
import type { DraftScene } from './draft.ts';
import { estimate, fit, LONGEST_ESTIMATE_SECONDS } from './fit.ts';
import { publishable, type Publishable } from './publishable.ts';
import { returnsSeries } from './returns-series.ts';
import { closingScene } from './scenes/closing.ts';
import { historyScene } from './scenes/history.ts';
import { openingScene } from './scenes/opening.ts';
import { performanceScene } from './scenes/performance.ts';
import { riskScene } from './scenes/risk.ts';
import { strategyScene } from './scenes/strategy.ts';
import { LONGEST_SPOKEN_SENTENCE } from './strategy-excerpt.ts';
import type { Script, ScriptScene } from './script.ts';

/**
 * @returns a script of 45 to 90 seconds. It is not checked yet: slides and narration accept it only from `checkScript`.
 * @throws BusinessValidationError when the fund has no name.
 */
export function writeScript(extracted: Extracted): Script {
  const fund = publishable(extracted);
  if (fund === null) {
    throw new BusinessValidationError([{
      code: 'fund_name_missing', field: 'fundName', severity: 'error',
      message: 'Expected the name of the fund, but the document shows none that could be read.',
      help: 'Send a document that names the fund in its text, not only in a picture.',
    }]);
  }
  const scenes = fittingScenes(fund, extracted);
  return {
    title: fund.fundName,
    language: 'en',
    fund: { name: fund.fundName, isin: fund.isin, shareClass: fund.shareClass, asOf: fund.asOf, currency: fund.currency },
    scenes: scenes.map((scene) => toScriptScene(scene, extracted)),
    estimatedSeconds: Math.round(seconds(scenes) * 10) / 10,
  };
}

/** Nearer to the end than the aim, and still within 90 seconds: better than a strategy that nobody speaks of. */
const LONGEST_ACCEPTABLE_SECONDS = 85;

/** A second chart is shown where there is time for it; where the strategy leaves no time for the rest, the slide alone quotes it. */
function fittingScenes(fund: Publishable, extracted: Extracted): DraftScene[] {
  const series = returnsSeries(extracted);
  const performance = performanceScene(fund);
  // The first series is the chart of the performance slide; without that slide it gets one of its own.
  const history = historyScene(fund, performance === null ? series[0] : series[1]);
  const scenesWith = (second: DraftScene | null, longestSentence: number) =>
    [openingScene(fund), performance, second, riskScene(fund), strategyScene(fund, extracted, longestSentence), closingScene(fund)].filter((scene) => scene !== null);
  const candidates = [
    { scenes: scenesWith(history, LONGEST_SPOKEN_SENTENCE), mostSeconds: LONGEST_ESTIMATE_SECONDS },
    { scenes: scenesWith(null, LONGEST_SPOKEN_SENTENCE), mostSeconds: LONGEST_ACCEPTABLE_SECONDS },
    { scenes: scenesWith(history, 0), mostSeconds: LONGEST_ESTIMATE_SECONDS },
  ];
  for (const { scenes, mostSeconds } of candidates) {
    const fitted = fit(scenes);
    if (seconds(fitted) <= mostSeconds) return fitted;
  }
  return fit(scenesWith(null, 0));
}

function seconds(scenes: readonly DraftScene[]): number {
  return estimate(scenes, new Set(scenes.flatMap((scene) => scene.sentences)));
}

function toScriptScene(scene: DraftScene, extracted: Extracted): ScriptScene {
  return {
    id: scene.id,
    heading: scene.heading,
    sentences: scene.sentences.map(({ line, fields }) => ({
      text: line.text,
      spoken: line.spoken,
      sources: fields.flatMap((field) => knownPage(extracted, field).map((page) => ({ field, page }))),
    })),
  };
}
