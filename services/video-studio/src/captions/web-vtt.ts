import type { Cue } from './cue.ts';

/** The cues as a WebVTT file. Text is escaped: a caption can neither end its cue nor become markup. */
export function formatWebVtt(cues: readonly Cue[]): string {
  const blocks = cues.map((cue, index) => `${index + 1}\n${timestamp(cue.startSeconds)} --> ${timestamp(cue.endSeconds)}\n${cue.lines.map(escapeLine).join('\n')}\n`);
  return ['WEBVTT\n', ...blocks].join('\n');
}

function escapeLine(line: string): string {
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** `01:02:03.456`: milliseconds, rounded. */
function timestamp(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}
