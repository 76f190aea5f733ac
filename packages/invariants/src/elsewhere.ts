/** Invariants of which recorded evidence says nothing, with where they are held instead. They are answered, so that nobody takes silence for yes. */
import type { Checker, InvariantId } from './checker.ts';

const elsewhere = (invariant: InvariantId, title: string, why: string): Checker => ({ invariant, title, lacks: () => why, watch: () => ({}) });

export const ELSEWHERE: readonly Checker[] = [
  elsewhere('I14', 'one bad message or run does not delay others', 'a delay is not in the records; test/e2e/poison.test.ts measures it'),
  elsewhere('I20', 'memory, handles and keys return to where they were', 'they are not in the records; a process has to be watched'),
  elsewhere('I21', 'nothing of a namespace is seen in another', 'the records are of one namespace; topics, keys and groups carry its name, see packages/contracts/src/topics.ts and packages/adapter-redis/src/keys.ts'),
  elsewhere('I22', 'no secret in logs, traces, metrics or pages', 'logs and pages are not in the records; packages/platform-kit/src/log/log.test.ts holds what is written'),
  elsewhere('I23', 'every change through the API is audited', 'there is no audit topic'),
];
