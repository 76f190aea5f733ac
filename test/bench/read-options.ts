import { parseArgs } from 'node:util';

export interface Options {
  readonly numbers: Readonly<Record<string, number>>;
  /** Where the figures are written to as well. */
  readonly json: string | undefined;
}

/** @param defaults the options there are beside `--json`: whole numbers from 1. @returns undefined where what was given makes no sense; why is said. */
export function readOptions(args: readonly string[], defaults: Readonly<Record<string, number>>): Options | undefined {
  try {
    const known = ['json', ...Object.keys(defaults)].map((option) => [option, { type: 'string' as const }]);
    const values: Readonly<Record<string, string | boolean | undefined>> = parseArgs({ args: [...args], options: Object.fromEntries(known) as Record<string, { type: 'string' }> }).values;
    const numbers = Object.fromEntries(
      Object.entries(defaults).map(([option, value]) => {
        const given = values[option] === undefined ? value : Number(values[option]);
        if (!Number.isInteger(given) || given < 1) throw new TypeError(`Expected a whole number from 1 for --${option}, but found "${String(values[option])}"`);
        return [option, given];
      }),
    );
    return { numbers, json: typeof values['json'] === 'string' ? values['json'] : undefined };
  } catch (error) {
    console.error(`${(error as Error).message}\n`);
    return undefined;
  }
}
