/** Rows of a CSV, while it is read. Source: RFC 4180; a row ends with a line feed, with or without a carriage return before it. */
import { Readable } from 'node:stream';
import { CsvError, parse, type CsvErrorCode } from 'csv-parse';
import { ItemReaderFailed } from '../reading-failed.ts';

/** An empty line is no row. @param longest characters of a row. @throws ItemReaderFailed where a row is longer, or its quotations are none. */
export async function* csvRows(text: AsyncIterable<string>, { delimiter, longest }: { readonly delimiter: string; readonly longest: number }): AsyncGenerator<readonly string[]> {
  const parser = parse({
    delimiter,
    max_record_size: longest,
    skip_empty_lines: true,
    relax_column_count: true,
    relax_quotes: true,
    record_delimiter: ['\r\n', '\n'],
    // The size counts what stands in fields: a row of nothing but delimiters would be as long as the file.
    cast(field, { index, records }) {
      if (index >= longest) throw new ItemReaderFailed(tooLong(records + 1, longest));
      return field;
    },
  });
  // An error of the text comes out of the parser, too, and ends its reading.
  const feeding = Readable.from(text).on('error', (error) => parser.destroy(error));
  feeding.pipe(parser);
  try {
    for await (const row of parser) yield row as string[];
  } catch (error) {
    throw error instanceof CsvError ? new ItemReaderFailed(said(error, longest)) : error;
  } finally {
    feeding.destroy();
    parser.destroy();
  }
}

const tooLong = (row: number, longest: number): string => `Row ${row} has more than ${longest} characters`;

function said(error: CsvError, longest: number): string {
  const number = Number(error['records'] ?? 0) + 1;
  const row = `Row ${number}`;
  const told: Partial<Record<CsvErrorCode, string>> = {
    CSV_MAX_RECORD_SIZE: tooLong(number, longest),
    CSV_QUOTE_NOT_CLOSED: `${row} has a quotation that does not end`,
  };
  return told[error.code] ?? `${row} is no CSV: ${error.message}`;
}
