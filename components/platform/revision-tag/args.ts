/** A name that stands for a control plane, so that namespaces need not be relabelled when it is upgraded. */
export interface RevisionTagArgs {
  /**
   * The name, for example `"prod"`. Namespaces and pods give it in the place of a revision. `"default"` also means those
   * that name none; the unnamed control plane must then have `isDefault: false`.
   */
  tag: string;
  /** Revision of the control plane that it stands for. Changing it moves everyone who uses the tag. @default the unnamed one */
  revision?: string;
  /** Namespace of that control plane. @default "istio-system" */
  namespace?: string;
}
