/** The script of a film: what `script.json` holds and what slides and narration are made from. */
import { z } from 'zod';

/** Where a sentence has its facts from: a key of the extracted data and the page of the document. */
export const SentenceSource = z.strictObject({ field: z.string().min(1), page: z.int().min(1) });
export type SentenceSource = z.infer<typeof SentenceSource>;

export const ScriptSentence = z.strictObject({
  /** As written: the caption. */
  text: z.string().min(1),
  /** As said aloud: numbers, dates and abbreviations in words. */
  spoken: z.string().min(1),
  /** Empty for a sentence that states no fact about the fund, such as a warning. */
  sources: z.array(SentenceSource),
});
export type ScriptSentence = z.infer<typeof ScriptSentence>;

export const SceneId = z.enum(['opening', 'performance', 'history', 'risk', 'strategy', 'closing']);
export type SceneId = z.infer<typeof SceneId>;

export const ScriptScene = z.strictObject({
  id: SceneId,
  heading: z.string().min(1),
  sentences: z.array(ScriptSentence).min(1),
});
export type ScriptScene = z.infer<typeof ScriptScene>;

export const Script = z.strictObject({
  title: z.string().min(1),
  /** Of the narration. Words of the document keep the document's language and are then shown, not spoken. */
  language: z.literal('en'),
  fund: z.strictObject({
    name: z.string().min(1),
    isin: z.string().nullable(),
    shareClass: z.string().nullable(),
    asOf: z.iso.date().nullable(),
    currency: z.string().nullable(),
  }),
  scenes: z.array(ScriptScene).min(1),
  /** By the speech-rate model; the narrated film tells the truth. */
  estimatedSeconds: z.number().positive(),
});
export type Script = z.infer<typeof Script>;
