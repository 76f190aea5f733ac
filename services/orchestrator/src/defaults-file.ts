/** The platform's defaults: a JSON file with the names max_retries, timeout_seconds, retry_backoff, default_error_handler. */
import { readFileSync } from 'node:fs';
import { ContractError, PlatformDefaultsFile, readMessage, type Policy } from '@baton/contracts';

export class DefaultsFileError extends Error {
  override readonly name = 'DefaultsFileError';
}

/** @throws DefaultsFileError with every mistake and the path of the file. */
export function readDefaultsFile(path: string): Policy {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new DefaultsFileError(`The platform defaults cannot be read from ${path}: ${(cause as Error).message}. Set BATON_DEFAULTS_FILE to a readable file, or unset it`, { cause });
  }
  try {
    return readMessage(PlatformDefaultsFile, bytes);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const problems = error.problems.map((problem) => `  ${problem.field === '' ? '/' : problem.field}: ${problem.message}`).join('\n');
    throw new DefaultsFileError(`The platform defaults in ${path} have mistakes:\n${problems}`, { cause: error });
  }
}
