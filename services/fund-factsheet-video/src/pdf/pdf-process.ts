/**
 * The reading process: parses one PDF and answers with its text and, on demand, with pixels.
 *
 * A PDF comes from anywhere. It is parsed here, in a process of its own with a small heap, no environment
 * and no right to write files or start programs; the parent kills it at the deadline. Whatever a document
 * makes the parser do, the service goes on.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { getDocument, Util } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { FromReader, ToReader } from './messages.ts';
import type { PdfPage, Pixels, TextRun } from './pdf-page.ts';

const assets = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
/** Characters per document; a factsheet has 5,000 to 40,000, and more is not read. */
const MAX_CHARACTERS = 2_000_000;
/** A drawing never gets larger than this, whatever is asked. */
const MAX_PIXELS = 16_000_000;

let open: PDFDocumentProxy | undefined;

function answer(message: FromReader): void {
  process.send?.(message);
}

async function read(bytes: Uint8Array, maxPages: number): Promise<void> {
  try {
    open = await getDocument({
      data: bytes, verbosity: 0, enableXfa: false, disableFontFace: true, useSystemFonts: false, stopAtErrors: false,
      maxImageSize: 50_000_000, cMapPacked: true, cMapUrl: join(assets, 'cmaps/'), standardFontDataUrl: join(assets, 'standard_fonts/'),
      wasmUrl: join(assets, 'wasm/'), iccUrl: join(assets, 'iccs/'),
    }).promise;
  } catch (cause) {
    const { name, message } = cause as Error;
    answer({ kind: 'refused', why: name === 'PasswordException' ? 'password' : 'damaged', detail: message });
    return;
  }
  if (open.numPages > maxPages) {
    answer({ kind: 'refused', why: 'too-many-pages', detail: `${open.numPages} pages`, pages: open.numPages });
    return;
  }
  const pages: PdfPage[] = [];
  let characters = 0;
  let lastError: unknown;
  for (let number = 1; number <= open.numPages && characters < MAX_CHARACTERS; number += 1) {
    try {
      const page = await readPage(open, number);
      characters += page.runs.reduce((sum, run) => sum + run.text.length, 0);
      pages.push(page);
    } catch (cause) {
      lastError = cause;
    }
  }
  if (pages.length === 0) {
    answer({ kind: 'refused', why: 'damaged', detail: lastError instanceof Error ? lastError.message : 'no page can be read' });
    return;
  }
  const title = await open.getMetadata().then(({ info }) => (info as { Title?: unknown }).Title, () => null);
  answer({ kind: 'opened', pages, title: typeof title === 'string' && title.trim() !== '' ? title.trim() : null });
}

async function readPage(document: PDFDocumentProxy, number: number): Promise<PdfPage> {
  const page = await document.getPage(number);
  // Coordinates of the page as it is shown: a sheet in landscape is often a portrait page with /Rotate 90.
  const { transform: shown, width, height } = page.getViewport({ scale: 1 });
  const { items } = await page.getTextContent();
  const runs: TextRun[] = [];
  for (const item of items) {
    if (!('str' in item) || item.str.trim() === '') continue;
    const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = Util.transform(shown, item.transform) as number[];
    // Text that stands on its side labels a margin or an axis: no rule reads it.
    if (Math.abs(b) > Math.abs(a) * 0.2) continue;
    const size = Math.hypot(c, d);
    if (size < 1 || a < 0) continue;
    runs.push({ text: item.str, x, y: height - y, width: item.width, size, font: item.fontName });
  }
  page.cleanup();
  return { number, width, height, runs };
}

async function draw({ page: number, box, scale }: Extract<ToReader, { kind: 'draw' }>): Promise<Pixels | null> {
  if (open === undefined) return null;
  try {
    const page = await open.getPage(number);
    const pageHeight = page.getViewport({ scale: 1 }).height;
    const [x0, y0, x1, y1] = box;
    const width = Math.ceil((x1 - x0) * scale);
    const height = Math.ceil((y1 - y0) * scale);
    if (width < 1 || height < 1 || width * height > MAX_PIXELS) return null;
    const viewport = page.getViewport({ scale, offsetX: -x0 * scale, offsetY: -(pageHeight - y1) * scale });
    const canvas = createCanvas(width, height);
    const context = canvas.getContext('2d');
    // pdfjs is typed for the browser's canvas; this one has the same methods.
    await page.render({ canvas, canvasContext: context, viewport } as unknown as Parameters<typeof page.render>[0]).promise;
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, scale, box, rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  } catch {
    return null;
  }
}

process.on('message', (message: ToReader) => {
  if (message.kind === 'open') void read(message.bytes, message.maxPages);
  else void draw(message).then((pixels) => answer({ kind: 'drawn', id: message.id, pixels }));
});
process.on('disconnect', () => process.exit(0));
answer({ kind: 'ready' });
