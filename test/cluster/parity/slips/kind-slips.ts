/** Objects of one kind as people write them: right, right though it looks odd, and wrong. */
export interface KindSlips {
  readonly apiVersion: string;
  readonly kind: string;
  /** A spec with many of its fields, all of them right. */
  readonly right: object;
  readonly odd?: Readonly<Record<string, unknown>>;
  /** Specs that a server refuses, by what is wrong with them. */
  readonly wrong: Readonly<Record<string, unknown>>;
}
