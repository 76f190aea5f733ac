import { BusinessValidationError } from '@baton/step-sdk';

/** The job itself is wrong: trying again with the same job cannot help. Every finding names its field, such as `/job/scenes/2/slide`. */
export class FilmJobInvalid extends BusinessValidationError {}

/** A program we started did not do its work. Carries the end of what it wrote to standard error. */
export class ChildFailed extends Error {
  override readonly name = 'ChildFailed';
  readonly program: string;
  readonly why: 'exit' | 'deadline' | 'not-started' | 'output';
  readonly stderrTail: string;

  constructor(about: { program: string; why: ChildFailed['why']; message: string; stderrTail?: string; cause?: unknown }) {
    const tail = about.stderrTail?.trim() ?? '';
    super(`${about.program}: ${about.message}${tail === '' ? '' : `\n${tail}`}`, about.cause === undefined ? undefined : { cause: about.cause });
    this.program = about.program;
    this.why = about.why;
    this.stderrTail = tail;
  }
}

/** The finished file is not what was ordered. Its parts are thrown away, so the next attempt makes them anew. */
export class FilmCheckFailed extends Error {
  override readonly name = 'FilmCheckFailed';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The finished film is not what was ordered: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

/** Neither the preferred program nor its fallback can be used on this machine. */
export class NoProvider extends Error {
  override readonly name = 'NoProvider';
}
