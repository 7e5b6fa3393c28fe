/** What a rule says of a value. */
export type Verdict =
  | { readonly holds: true }
  | { readonly holds: false; readonly message: string }
  /** It reads something that is known only after deployment. */
  | { readonly holds: "unknown" };
