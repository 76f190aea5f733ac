/** What the command ends with; docs/reference/cli.md has the same table, a test compares. */
export const EXIT = { ok: 0, trouble: 1, refused: 2, runFailed: 3, notFound: 4, differences: 5, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'It was done.',
  trouble: 'Something on the side of Baton is away or went wrong; the same command may work later.',
  refused: 'The command, its input or the state of things does not allow it; the same command will not work later.',
  runFailed: 'The run that was watched failed, was cancelled or is blocked; the state or the expression that was tried failed.',
  notFound: 'There is no such run, workflow, dead letter or artifact.',
  differences: 'A check found something that is not as it must be (`validate`, `topics check`, `doctor`, `verify`, `drill`).',
  interrupted: 'You stopped the command; a run that was started goes on.',
};
