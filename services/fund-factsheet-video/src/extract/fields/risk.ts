import type { RiskField } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { missing } from './found.ts';
import { riskFromDrawing } from './risk-drawing.ts';
import { riskFromText } from './risk-text.ts';

/** What the text says first, then what is drawn; a drawing that contradicts the text leaves it open. */
export async function riskOf(document: DocumentText): Promise<RiskField> {
  const text = riskFromText(document);
  if (text !== undefined && 'conflict' in text) return missing(text.conflict);
  const drawn = text === undefined || text.scale !== 'low-medium-high' ? await riskFromDrawing(document) : undefined;
  if (text !== undefined) {
    if (drawn !== undefined && drawn.scale === text.scale && drawn.value !== text.value && drawn.page === text.page) {
      return missing(`The text names risk class ${text.value}, the drawn scale shows ${drawn.value}.`);
    }
    return text;
  }
  if (drawn !== undefined) return drawn;
  const speaks = /risk indicator|riskometer|risk-o-meter|SRRI|\bSRI\b|risk (?:rating|level|profile)|risikoindikator|indicateur de risque/iu.test(document.text);
  return missing(speaks ? 'The risk level is only drawn, and the drawing cannot be read with certainty.' : 'The document gives no risk level.');
}
