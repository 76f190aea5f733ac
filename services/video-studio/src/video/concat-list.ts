import { framesPerSecond } from './picture.ts';

/** The scenes in order, as FFmpeg's concat demuxer reads them. Lengths are given, so that none is measured by its last packet. */
export function concatList(scenes: readonly { readonly path: string; readonly frames: number }[]): string {
  const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
  const lines = scenes.map(({ path, frames }) => `file ${quoted(`file:${path}`)}\nduration ${(frames / framesPerSecond).toFixed(6)}`);
  return ['ffconcat version 1.0', ...lines, ''].join('\n');
}
