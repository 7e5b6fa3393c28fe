import type * as pulumi from "@pulumi/pulumi";

/**
 * What an argument may hold, for callers that no compiler stopped: JavaScript, computed values, values from files. Only how
 * it is made; what may be in it is for the checks of the component.
 */
export type Shape =
  /** Passed on as it is, or checked elsewhere. */
  | "any"
  | "string"
  | "number"
  | "boolean"
  /** A text that may be an Output, which is not looked into. */
  | "Input<string>"
  | "function"
  /** An object of this package with methods: what the function of this name returns, known by one of its methods. */
  | { readonly madeBy: string; readonly method: string }
  /** Anything else that may be an Output. */
  | { readonly input: Shape }
  | { readonly list: Shape }
  /** An object with any keys. */
  | { readonly each: Shape }
  /** An object with these keys and no others. */
  | { readonly fields: Fields }
  /** An object of Kubernetes or of a library, as far as it is read here. */
  | { readonly having: Fields }
  /** It must be there. */
  | { readonly required: Shape }
  /** `false` where it is not wanted. */
  | { readonly orFalse: Shape };

/** The arguments of a component, by name. */
export type Fields = Readonly<Record<string, Shape>>;

type Deferred = Promise<unknown> | pulumi.OutputInstance<unknown>;

// Of a union of objects every one's keys count, where `keyof` takes only what they have in common.
type KeyOf<Args> = Args extends unknown ? keyof Args : never;
type FieldOf<Args, Key> = Args extends unknown ? (Key extends keyof Args ? Args[Key] : never) : never;

type Known<T> = [T] extends [string]
  ? "string"
  : [T] extends [number]
    ? "number"
    : [T] extends [boolean]
      ? "boolean"
      : [T] extends [(...args: never) => unknown]
        ? "function"
        : [T] extends [readonly (infer Item)[]]
          ? { readonly list: ShapeOf<Item> }
          : false extends T
            ? { readonly orFalse: Known<Exclude<T, false>> }
            : string extends KeyOf<T>
              ? { readonly each: ShapeOf<FieldOf<T, string>> }
              : | { readonly fields: FieldsOf<T> }
                | { readonly having: Partial<FieldsOf<T>> }
                | { readonly madeBy: string; readonly method: keyof T & string };

type InputOf<Plain> = Plain extends "string" ? "Input<string>" : { readonly input: Plain };

/** The shapes that fit a type: a table of them cannot fall behind the arguments that it is about. */
export type ShapeOf<T> =
  | "any"
  | ([Extract<T, Deferred>] extends [never]
      ? Known<Exclude<T, undefined>>
      : InputOf<Known<Exclude<T, Deferred | undefined>>>);

/** The shape of every argument, so that one that is added does not compile until it is here too. */
export type FieldsOf<Args> = { readonly [Key in KeyOf<Args>]-?: ArgumentOf<Args, Key> };

type ArgumentOf<Args, Key extends PropertyKey> = Key extends keyof Args
  ? undefined extends Args[Key]
    ? ShapeOf<FieldOf<Args, Key>>
    : { readonly required: ShapeOf<FieldOf<Args, Key>> }
  : ShapeOf<FieldOf<Args, Key>>;
