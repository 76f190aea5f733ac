/**
 * The order of the test files: those that take minutes come first, or a run ends with one of them alone on one core while the
 * others idle. Where jest knows from an earlier run how long each takes, its own order is that already; a fresh checkout has
 * only the size of the files to go by, which says nothing here.
 */
import Sequencer from '@jest/test-sequencer';

/** By how long they take, the longest first; of one line the order is jest's own. */
const LONG = [
  /^test\/crash\/crash\./,
  /^test\/simulation\/(seeds-|teeth)/,
  /^test\/e2e\//,
  /^test\/chaos\/chaos\./,
  /^test\/simulation\//,
  /^packages\/adapter-kafka\//,
  /^infra\/local\/src\/kafka\//,
  /^services\/(video-studio|fund-factsheet-video)\//,
];

export default class LongestFirst extends Sequencer {
  sort(tests) {
    // Stable, so what failed last time still comes first among its like.
    return super.sort(tests).sort((a, b) => rankOf(a) - rankOf(b));
  }
}

export function rankOf({ path, context }) {
  const from = path.slice(context.config.rootDir.length + 1).replaceAll('\\', '/');
  const rank = LONG.findIndex((pattern) => pattern.test(from));
  return rank < 0 ? LONG.length : rank;
}
