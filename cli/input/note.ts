/** Something that input held and that is not an error: an ignored kind, an object without a name. */
export interface Note {
  /** Stable identifier, `input/<kebab-case>`. */
  readonly id: string;
  /** `file:line`, where it has a place. */
  readonly place?: string;
  /** A sentence without a full stop. */
  readonly message: string;
}
