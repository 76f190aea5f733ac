/**
 * The rows of a Parquet file: an object for each, by the names of the columns. A file is read row group by row group, and hardly further
 * than is wanted. What is no JSON becomes it: whole numbers that JSON cannot hold and bytes become texts, times become ISO 8601.
 */
import zlib from 'node:zlib';
import { isForbiddenKey, type Json } from '@baton/contracts';
import { parquetMetadataAsync, parquetReadObjects, snappyUncompress, type AsyncBuffer, type Compressors, type FileMetaData } from 'hyparquet';
import type { Ranges } from '../objects/objects.ts';
import { ItemReaderFailed } from '../reading-failed.ts';

/** A row group is in memory as it is in the file, and of its values those that are wanted. */
const MOST = { groupBytes: 134_217_728, groupValues: 10_000_000, columns: 1_000, pageBytes: 67_108_864, footerBytes: 16_777_216 } as const;
const MAGIC = 'PAR1';
const FIRST_ROWS = 1_024;

export async function* parquetItems(ranges: Ranges): AsyncGenerator<Json> {
  const file: AsyncBuffer = { byteLength: ranges.bytes, slice: async (from, to = ranges.bytes) => (await ranges.read(from, to)).buffer as ArrayBuffer };
  try {
    await checkFooter(ranges);
    const metadata = await parsed('The footer', () => parquetMetadataAsync(file));
    checkColumns(metadata);
    let rowStart = 0;
    for (const [group, { num_rows: rows, total_byte_size: bytes, columns }] of metadata.row_groups.entries()) {
      const rowEnd = rowStart + Number(rows);
      const values = Number(rows) * columns.length;
      if (values > MOST.groupValues || bytes > MOST.groupBytes) throw new ItemReaderFailed(`Row group ${group} has ${values} values and ${bytes} bytes; at most ${MOST.groupValues} and ${MOST.groupBytes} are read at once. Write the file with smaller row groups`);
      // Whoever wants three rows has few read. Rows before those that are read are gone through again, so there are twice as many each time.
      for (let count = FIRST_ROWS; rowStart < rowEnd; count *= 2) {
        const part = { rowStart, rowEnd: Math.min(rowStart + count, rowEnd) };
        for (const row of await parsed(`Row group ${group}`, () => parquetReadObjects({ file, metadata, ...part, compressors: COMPRESSORS, geoparquet: false }))) yield toJson(row);
        rowStart = part.rowEnd;
      }
    }
  } finally {
    await ranges.close();
  }
}

/** Its length is the file's own word, and is held in memory. */
async function checkFooter({ bytes, read }: Ranges): Promise<void> {
  const end = bytes < 12 ? new Uint8Array() : await read(bytes - 8, bytes);
  const magic = Buffer.from(end.subarray(4)).toString('latin1');
  if (magic !== MAGIC) throw new ItemReaderFailed(magic === 'PARE' ? 'The file is encrypted; write it without encryption' : 'Expected a Parquet file, which ends with PAR1');
  const length = Buffer.from(end).readUInt32LE(0);
  if (length > MOST.footerBytes || length > bytes - 12) throw new ItemReaderFailed(`The footer has ${length} bytes, which is more than ${length > MOST.footerBytes ? 'is read' : 'the file has'}`);
}

function checkColumns({ schema }: FileMetaData): void {
  if (schema.length - 1 > MOST.columns) throw new ItemReaderFailed(`The file has ${schema.length - 1} columns; at most ${MOST.columns} are read`);
  const wrong = schema.find(({ name }) => isForbiddenKey(name));
  if (wrong !== undefined) throw new ItemReaderFailed(`No column may be called ${wrong.name}`);
}

/** What a page says of its size is held against a limit before it is taken for it. */
const within =
  (decompress: (bytes: Uint8Array, most: number) => Uint8Array) =>
  (bytes: Uint8Array, size: number): Uint8Array => {
    if (size > MOST.pageBytes) throw new ItemReaderFailed(`A page has ${size} bytes; at most ${MOST.pageBytes} are read`);
    return decompress(bytes, size);
  };

const COMPRESSORS: Compressors = {
  SNAPPY: within((bytes, size) => {
    const page = new Uint8Array(size);
    snappyUncompress(bytes, page);
    return page;
  }),
  GZIP: within((bytes, size) => zlib.gunzipSync(bytes, { maxOutputLength: Math.max(size, 1) })),
  BROTLI: within((bytes, size) => zlib.brotliDecompressSync(bytes, { maxOutputLength: Math.max(size, 1) })),
  ZSTD: within((bytes, size) => zlib.zstdDecompressSync(bytes, { maxOutputLength: Math.max(size, 1) })),
};

async function parsed<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // What comes from the disk has a code of its own, and is no fault of the file.
    if (error instanceof ItemReaderFailed || (error instanceof Error && 'syscall' in error)) throw error;
    throw new ItemReaderFailed(`${what} is no Parquet that can be read: ${(error as Error).message}`);
  }
}

function toJson(value: unknown): Json {
  switch (typeof value) {
    case 'bigint':
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'string':
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
      if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, toJson);
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toJson(inner)]));
    default:
      return null;
  }
}
