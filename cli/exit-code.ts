/** What the process answers, so that scripts can tell a bad mesh from a bad call. */
export const ExitCode = {
  /** Nothing at the mandatory level. */
  clean: 0,
  /** At least one mandatory finding. */
  findings: 1,
  /** Bad usage, or input that cannot be read. Nothing was checked. */
  badInput: 2,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
