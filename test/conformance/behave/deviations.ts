/** Where behave-asl understands the language otherwise than AWS, and the engine goes with AWS. Found by what a scenario does, not by its number. */
import type { Scenario } from './scenario.ts';

export interface Deviation {
  readonly why: string;
  readonly of: (scenario: Scenario) => boolean;
}

const definitionOf = ({ steps }: Scenario): string => steps.find(({ text }) => text.includes('state machine defined by'))?.docstring ?? '';

export const DEVIATIONS: readonly Deviation[] = [
  {
    why: 'it asks whether the constant is greater (or less) than the Variable; AWS asks whether the Variable is ("Choice workflow state", Comparison operators)',
    of: (scenario) => /"(?:String|Numeric|Timestamp)(?:Less|Greater)Than(?:Equals)?"\s*:/.test(definitionOf(scenario)),
  },
  {
    why: 'it takes States.DataLimitExceeded for one of States.ALL; on AWS no wildcard can catch it ("Handling errors in Step Functions workflows", Error names)',
    of: ({ examples }) => examples.some((row) => row.includes('States.ALL') && row.includes('States.DataLimitExceeded')),
  },
  {
    why: 'it keeps the backslash of an escaped apostrophe; AWS takes it for the escape that it is ("Intrinsic functions", Reserved characters)',
    of: (scenario) => /States\.\w+\([^"]*\\\\'/.test(definitionOf(scenario)),
  },
  {
    why: 'it adds fractions; on AWS States.MathAdd takes whole numbers, and rounds others first ("Intrinsic functions", States.MathAdd)',
    of: (scenario) => definitionOf(scenario).includes('States.MathAdd') && scenario.examples.some((row) => row.some((cell) => /^-?\d+\.\d+$/.test(cell))),
  },
  {
    why: 'it counts the first attempt among MaxAttempts; on AWS those are the retries after it ("Handling errors in Step Functions workflows", Retrying after an error)',
    of: (scenario) => {
      const [, most] = /"MaxAttempts":\s*(\d+)/.exec(definitionOf(scenario)) ?? [];
      return most !== undefined && scenario.steps.some(({ text }) => text === `the retry count is "${Number(most) - 1}"`) && scenario.steps.some(({ text }) => text === 'the execution failed');
    },
  },
];
