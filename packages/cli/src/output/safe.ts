/** Text from outside (names, messages of steps) without what moves a terminal: control characters become visible. */
export const safe = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** One line of at most so many characters. */
export function line(text: string, characters: number): string {
  const one = safe(text.replace(/\s*[\r\n]+\s*/g, ' '));
  const points = [...one];
  return points.length <= characters ? one : `${points.slice(0, Math.max(0, characters - 1)).join('')}…`;
}
