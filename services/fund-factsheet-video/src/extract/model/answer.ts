/** The shape of a model's answer, and what of it can be believed. */
import { z } from 'zod';
import { FeeTreatment, PerformanceBasis, RiskScale } from '../../extracted.ts';

const Missing = z.object({ value: z.null(), reason: z.string().min(1).max(500) });
const Quoted = { page: z.number(), snippet: z.string().min(1).max(4_000) };
const Text = z.union([z.object({ value: z.string().min(1).max(4_000), ...Quoted }), Missing]);
const Performance = z.union([z.object({ value: z.number(), ...Quoted, basis: PerformanceBasis, fees: FeeTreatment, periodEnd: z.string().nullable() }), Missing]);

export const ModelAnswer = z.object({
  fundName: Text, isin: Text, shareClass: Text, asOf: Text, currency: Text,
  monthlyPerformancePct: Performance, ytdPerformancePct: Performance,
  sharpeRatio: z.union([z.object({ value: z.number(), ...Quoted, period: z.string().min(1).max(40) }), Missing]),
  strategy: Text,
  riskLevel: z.union([z.object({ value: z.union([z.number(), z.string().min(1).max(60)]), ...Quoted, scale: RiskScale }), Missing]),
  benchmark: Text,
});
export type ModelAnswer = z.infer<typeof ModelAnswer>;
