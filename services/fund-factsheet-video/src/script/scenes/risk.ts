import { filler, optional, present, required, type DraftScene, type DraftSentence } from '../draft.ts';
import { decimal, line, quoted, words, type Line } from '../line.ts';
import { periodWords } from '../period-words.ts';
import type { Publishable } from '../publishable.ts';
import { CAPITAL_AT_RISK } from '../warnings.ts';

/** Risk stands beside reward in every film, also where the document gives no level. */
export function riskScene(fund: Publishable): DraftScene {
  const { risk, sharpe } = fund;
  return {
    id: 'risk',
    heading: sharpe === null ? 'Risk' : 'Risk and Sharpe ratio',
    sentences: present<DraftSentence>(
      risk !== null && required(riskLine(risk), 'riskLevel'),
      required(words(CAPITAL_AT_RISK)),
      sharpe !== null && required(sharpeLine(sharpe), 'sharpeRatio'),
      sharpe !== null && optional(3, words('It sets the return above a risk-free rate against how much returns moved: higher means more return for the risk taken.')),
      sharpe !== null && sharpe.value < 0 && optional(5, words('A negative ratio means that the return was below the risk-free rate.')),
      risk !== null && filler(2, words('A risk indicator looks back as well: it is a guide, and the level may change over time.')),
      risk === null && filler(1, words('How strongly an investment moves depends on what it holds, and on markets that nobody can foresee.')),
      filler(3, words('Returns that swing widely can be lost again quickly, so a good period says little without the risk behind it.')),
    ),
  };
}

const INDICATORS = { sri: 'Its summary risk indicator', srri: 'Its synthetic risk and reward indicator', riskometer: 'Its risk level on the riskometer', other: 'Its risk level' } as const;

function riskLine(risk: NonNullable<Publishable['risk']>): Line {
  const indicator = words(INDICATORS[risk.indicator]);
  if (typeof risk.value === 'string') return line`${indicator} is given as ${quoted(risk.value)}.`;
  const [from, to] = risk.scale.split('-').map(Number);
  if (from === undefined || to === undefined || Number.isNaN(to)) return line`${indicator} is given as ${decimal(risk.value)}.`;
  return line`${indicator} is ${decimal(risk.value)}, on a scale from ${decimal(from)} to ${decimal(to)}, where a higher number means more risk.`;
}

function sharpeLine(sharpe: NonNullable<Publishable['sharpe']>): Line {
  const period = periodWords(sharpe.period);
  return period === null
    ? line`The Sharpe ratio is given as ${decimal(sharpe.value)}, without a period.`
    : line`The Sharpe ratio ${period} is ${decimal(sharpe.value)}.`;
}
