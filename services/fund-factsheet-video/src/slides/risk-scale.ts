/** The steps of the scales that documents draw. */
import type { Extracted } from '../extracted.ts';
import type { RiskDrawing } from './deck.ts';

/** SEBI's riskometer has six named steps; other documents use three. */
const WORD_SCALES: readonly (readonly string[])[] = [
  ['Low', 'Medium', 'High'],
  ['Low', 'Low to Moderate', 'Moderate', 'Moderately High', 'High', 'Very High'],
];

/**
 * The scale with its active step; null for words of no scale we know: such a level is shown as a word, not on a
 * scale of our own making.
 */
export function riskDrawing(risk: Extracted['riskLevel']): RiskDrawing | null {
  if (risk.value === null) return null;
  if (typeof risk.value === 'number') {
    const [from, to] = risk.scale.split('-').map(Number);
    if (from === undefined || to === undefined || !(risk.value >= from && risk.value <= to)) return null;
    const steps = Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
    return { steps, active: risk.value - from };
  }
  const word = risk.value.trim().toLowerCase();
  const scales = risk.indicator === 'riskometer' ? [...WORD_SCALES].reverse() : WORD_SCALES;
  for (const steps of scales) {
    const active = steps.findIndex((step) => step.toLowerCase() === word);
    if (active >= 0) return { steps, active };
  }
  return null;
}
