import { OperatingError } from '@baton/contracts';
import type { LogRecord } from '@baton/ports';
import { eachWithinDeadline } from '../deadline.ts';
import type { LaneOptions } from './options.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Reads the history. Its retention goes on meanwhile: what is taken away before it was read is no divergence, since the
 * next look at the bounds finds another beginning.
 */
export async function* reading(partition: number, { history, clock, options }: Pick<Surroundings, 'history' | 'clock'> & { readonly options: Pick<LaneOptions, 'callDeadlineMs'> }, range: { readonly from: number; readonly to: number }): AsyncGenerator<readonly LogRecord[]> {
  try {
    yield* eachWithinDeadline(clock, options.callDeadlineMs, 'reading the history', history.read(partition, range));
  } catch (error) {
    if (!(error instanceof OperatingError) || error.code !== 'diverged') throw error;
    throw new OperatingError('unavailable', `Partition ${partition}: the history was cut while it was read from ${range.from}`, { retry: 'yes', cause: error });
  }
}
