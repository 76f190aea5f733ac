/** One thing that keeps a film from being made, with what a person can do about it. */
export interface Finding {
  readonly code: string;
  readonly field?: string;
  readonly message: string;
  readonly page?: number;
  readonly snippet?: string;
  readonly help: string;
  readonly severity: 'error' | 'warning';
}

export class Refusal extends Error {
  readonly findings: readonly Finding[];
  constructor(findings: readonly Finding[]) {
    super(findings.map((finding) => finding.message).join(' '));
    this.name = 'BusinessValidationError';
    this.findings = findings;
  }
}
