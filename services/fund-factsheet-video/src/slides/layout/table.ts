import { COLORS } from '../theme.ts';
import type { RectBlock, TableBlock, TextBlock } from './block.ts';
import { measure } from '../fonts/measure.ts';
import { textBlock, typographic } from './text-block.ts';

/** A table as texts and rules, its columns under the groups of bars above it. */
export function tableTexts(table: TableBlock): (RectBlock | TextBlock)[] {
  const columnWidth = (table.w - table.nameWidthPx) / Math.max(1, table.header.length);
  const headerHeight = 68;
  const values = table.rows.flatMap((row) => row.values);
  // One size for the whole table: the largest that every value fits.
  const sizePx = [26, 24, 22, 20, 18].find((size) => values.every((value) => measure(typographic(value), { sizePx: size, weight: 600 }) <= (columnWidth - 8) * 0.98)) ?? 18;
  const rowHeight = (table.h - headerHeight) / table.rows.length;
  const column = (index: number) => ({ x: table.x + table.nameWidthPx + index * columnWidth + 4, w: columnWidth - 8 });
  const header = table.header.map((category, index) => textBlock(category, { ...column(index), y: table.y, h: headerHeight }, {
    sizesPx: [24, 22, 20], color: COLORS.muted, align: 'center', maxLines: 2, lineHeight: 1.2, vertical: 'middle',
  }));
  const rows = table.rows.flatMap((row, rowIndex) => {
    const y = table.y + headerHeight + rowIndex * rowHeight;
    return [
      { kind: 'rect' as const, x: table.x, y, w: table.w, h: 1, fill: COLORS.rule },
      { kind: 'rect' as const, x: table.x, y: y + 8, w: 6, h: rowHeight - 16, fill: row.color, radius: 3 },
      textBlock(row.name, { x: table.x + 18, y, w: table.nameWidthPx - 18, h: rowHeight }, { sizesPx: [24, 22, 20], color: COLORS.ink, weight: 600, vertical: 'middle' }),
      ...row.values.map((value, index) => textBlock(value, { ...column(index), y, h: rowHeight }, {
        sizesPx: [sizePx, 16, 14], color: value.startsWith('-') ? COLORS.negative : COLORS.ink, weight: 600, align: 'center', vertical: 'middle',
      })),
    ];
  });
  return [...header, ...rows];
}
