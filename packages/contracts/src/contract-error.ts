/** A message or body that breaks its contract. `field` is a JSON pointer, empty for the whole. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code: ContractErrorCode;
  readonly field: string;
  readonly problems: readonly FieldProblem[];

  constructor(code: ContractErrorCode, field: string, message: string, problems?: readonly FieldProblem[]) {
    super(field === '' ? message : `${field}: ${message}`);
    this.code = code;
    this.field = field;
    this.problems = problems ?? [{ field, message }];
  }
}

export type ContractErrorCode = 'invalid_json' | 'forbidden_key' | 'payload_too_large' | 'schema' | 'unknown_version';

export interface FieldProblem {
  /** JSON pointer of the field, empty for the whole. */
  readonly field: string;
  readonly message: string;
}
