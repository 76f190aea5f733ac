/**
 * What can go wrong while a server is brought up on this machine. `fix` is a sentence or a command that a person can follow;
 * it is part of `message`, so that a plain print of the error is already helpful.
 */
export type LocalServerErrorCode =
  | 'requirement_missing'
  | 'download_failed'
  | 'port_taken'
  | 'data_dir_in_use'
  | 'start_failed'
  | 'start_timeout'
  | 'bad_option';

export class LocalServerError extends Error {
  readonly code: LocalServerErrorCode;
  readonly fix: string;

  constructor(code: LocalServerErrorCode, problem: string, fix: string, options?: { cause?: unknown }) {
    super(`${problem}\n  ${fix}`, options);
    this.name = 'LocalServerError';
    this.code = code;
    this.fix = fix;
  }
}
