/** A recorded series or an alert, as Prometheus reads it. */
export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  /** PromQL. */
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Rules that Prometheus evaluates together, one after the other. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}
