/** Compares one extracted field with the truth: numbers exactly, text by containment. */
import type { Extracted, PerformanceBasis, PerformanceField } from '../extracted.ts';
import type { ManifestEntry, ScoredField } from './manifest.ts';

export interface Verdict {
  readonly present: boolean;
  /** `absent`: not in the document and rightly not found. */
  readonly outcome: 'right' | 'missing' | 'wrong' | 'absent';
  readonly detail: string;
}

/** @param extracted null where the document was refused before anything was read */
export function judgeField(field: ScoredField, entry: ManifestEntry, extracted: Extracted | null): Verdict {
  const present = entry.present[field] ?? false;
  const found = extracted === null ? null : valueOf(field, extracted);
  const outcome = (verdict: Verdict['outcome'], detail: string): Verdict => ({ present, outcome: verdict, detail });
  if (field === 'fundName' && extracted !== null && Array.isArray(entry.groundTruth['funds'])) return severalFunds(entry.groundTruth['funds'] as string[], extracted, outcome);
  if (field === 'strategy' && extracted !== null && Array.isArray(entry.groundTruth['funds']) && found === null && extracted.document.funds.length > 1) return outcome('right', 'rightly not chosen among several funds');
  if (found === null) return present ? outcome('missing', reasonOf(field, extracted)) : outcome('absent', '');
  if (!present) return outcome('wrong', `${String(found)}, but the document has none`);
  const right = extracted !== null && isRight(field, entry, extracted);
  return outcome(right ? 'right' : 'wrong', String(found).slice(0, 60));
}

function severalFunds(funds: readonly string[], extracted: Extracted, outcome: (verdict: Verdict['outcome'], detail: string) => Verdict): Verdict {
  const named = funds.every((fund) => extracted.document.funds.some((name) => plain(name) === plain(fund)));
  if (extracted.fundName.value !== null) return outcome('wrong', `${extracted.fundName.value}, of ${funds.length} funds`);
  return named ? outcome('right', `names all ${funds.length} funds and chooses none`) : outcome('missing', 'the document\'s funds are not all named');
}

function valueOf(field: ScoredField, extracted: Extracted): string | number | null {
  if (field === 'monthlyPerformance') return extracted.monthlyPerformancePct.value;
  if (field === 'ytdPerformance') return extracted.ytdPerformancePct.value;
  return extracted[field].value;
}

function reasonOf(field: ScoredField, extracted: Extracted | null): string {
  if (extracted === null) return 'document refused';
  const entry = field === 'monthlyPerformance' ? extracted.monthlyPerformancePct : field === 'ytdPerformance' ? extracted.ytdPerformancePct : extracted[field];
  return 'reason' in entry ? entry.reason : '';
}

function isRight(field: ScoredField, { groundTruth }: ManifestEntry, extracted: Extracted): boolean {
  switch (field) {
    case 'fundName':
      return contains(extracted.fundName.value, groundTruth['fundName']);
    case 'strategy':
      // Where the truth has no wording, a text of some length is all that can be asked.
      return groundTruth['objective'] === undefined ? (extracted.strategy.value?.length ?? 0) > 40 : contains(extracted.strategy.value, groundTruth['objective']);
    case 'monthlyPerformance':
      return performanceRight(extracted.monthlyPerformancePct, groundTruth['monthlyPerformancePct']);
    case 'ytdPerformance':
      return performanceRight(extracted.ytdPerformancePct, groundTruth['ytdPerformancePct']);
    case 'sharpeRatio':
      return sharpeRight(extracted, groundTruth['sharpeRatio']);
    case 'riskLevel': {
      const truth = groundTruth['riskLevel'];
      const value = isRecord(truth) ? truth['value'] : truth;
      return extracted.riskLevel.value !== null && plain(String(extracted.riskLevel.value)) === plain(String(value));
    }
  }
}

const BASIS_KEYS: Readonly<Record<PerformanceBasis, readonly string[]>> = {
  'share-price': ['sharePrice', 'marketPrice'], nav: ['nav', 'fund'], 'share-class': ['class', 'shareClass', 'fund', 'nav'], fund: ['fund', 'class', 'nav', 'strategy', 'net'], strategy: ['strategy', 'fund'],
};

export function performanceRight(field: PerformanceField, truth: unknown): boolean {
  if (field.value === null) return false;
  if (typeof truth === 'number') return same(field.value, truth);
  if (!isRecord(truth)) return false;
  const keys = BASIS_KEYS[field.basis].filter((key) => typeof truth[key] === 'number');
  if (keys.length > 0) return keys.some((key) => same(field.value, truth[key] as number));
  // Keys such as "class A, through 2023-09-30": any that is not the benchmark's.
  return Object.entries(truth).some(([key, value]) => !/benchmark|index|sector|peer/iu.test(key) && typeof value === 'number' && same(field.value, value));
}

function sharpeRight(extracted: Extracted, truth: unknown): boolean {
  const found = extracted.sharpeRatio;
  if (found.value === null) return false;
  if (typeof truth === 'number') return same(found.value, truth);
  if (!isRecord(truth)) return false;
  const exact = truth[found.period];
  if (typeof exact === 'number') return same(found.value, exact);
  return found.period === 'unstated' && Object.values(truth).some((value) => typeof value === 'number' && same(found.value, value));
}

export function same(a: number | null, b: number): boolean {
  return a !== null && Math.abs(a - b) < 1e-9;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Either holds the other: truth may be shorter (an objective's core) or longer (name with class). */
export function contains(value: string | null, truth: unknown): boolean {
  if (value === null || typeof truth !== 'string') return false;
  const [a, b] = [plain(value), plain(truth)];
  return a !== '' && b !== '' && (a.includes(b) || (b.includes(a) && a.length > b.length * 0.4));
}

function plain(text: string): string {
  return text.toLowerCase().normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');
}
