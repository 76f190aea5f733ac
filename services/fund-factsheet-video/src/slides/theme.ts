/** Colours and type of the slides. Text colours hold WCAG AA (4.5:1) on the backgrounds they are used on; shapes that mean something hold 3:1. */
export const SLIDE_WIDTH_PX = 1920;
export const SLIDE_HEIGHT_PX = 1080;
export const MARGIN_PX = 112;

export const COLORS = {
  paper: '#FFFFFF',
  panel: '#F2F5F9',
  rule: '#D5DDE7',
  ink: '#12233D',
  muted: '#4A5A70',
  navy: '#0B1F3A',
  navyLine: '#24426B',
  onNavy: '#FFFFFF',
  onNavyMuted: '#B4C4D8',
  accent: '#0E7C86',
  accentOnNavy: '#57CFC4',
  fund: '#1C4E8C',
  benchmark: '#7A8798',
  negative: '#B3261E',
} as const;

/** Contrast of two colours after WCAG 2.2, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
