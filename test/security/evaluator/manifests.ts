import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { loadAll } from "js-yaml";

/*
 * An evaluator of Istio's AuthorizationPolicy, written from its reference documentation and from what istiod makes of a
 * policy for HTTP and for TCP. It knows manifest files and nothing else: not one line of the package under test.
 */

/** An AuthorizationPolicy as its file has it. */
export interface Policy {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
  /** What it is attached to by name; proxies of workloads pass over it then. */
  readonly targets?: readonly Target[];
  readonly action: "ALLOW" | "DENY" | "AUDIT" | "CUSTOM";
  readonly provider?: string;
  readonly dryRun: boolean;
  readonly rules: readonly Rule[];
}

/** A Service, a Gateway or a GatewayClass. */
export interface Target {
  readonly kind: string;
  readonly name: string;
}

export interface Rule {
  readonly from?: readonly { readonly source: Readonly<Record<string, readonly string[]>> }[];
  readonly to?: readonly { readonly operation: Readonly<Record<string, readonly string[]>> }[];
  readonly when?: readonly {
    readonly key: string;
    readonly values?: readonly string[];
    readonly notValues?: readonly string[];
  }[];
}

/** Every AuthorizationPolicy in a file, or in the YAML files of a folder and those below it. */
export function readPolicies(place: string): Policy[] {
  const files = statSync(place).isDirectory()
    ? readdirSync(place, { recursive: true, encoding: "utf8" })
        .filter((file) => /\.ya?ml$/.test(file))
        .sort()
        .map((file) => path.join(place, file))
    : [place];
  return files.flatMap((file) => policiesOf(readFileSync(file, "utf8")));
}

/** The same from text. */
export function policiesOf(yaml: string): Policy[] {
  return loadAll(yaml).flatMap((document) => {
    const object = document as {
      readonly kind?: string;
      readonly metadata?: {
        readonly name?: string;
        readonly namespace?: string;
        readonly annotations?: Readonly<Record<string, string>>;
      };
      readonly spec?: {
        readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
        readonly targetRefs?: readonly Target[];
        readonly action?: Policy["action"];
        readonly provider?: { readonly name?: string };
        readonly rules?: readonly Rule[];
      };
    } | null;
    if (object?.kind !== "AuthorizationPolicy") return [];
    const { metadata = {}, spec = {} } = object;
    const provider = spec.provider?.name;
    return [
      {
        name: metadata.name ?? "",
        namespace: metadata.namespace ?? "default",
        labels: spec.selector?.matchLabels,
        ...(spec.targetRefs !== undefined && { targets: spec.targetRefs }),
        action: spec.action ?? "ALLOW",
        ...(provider !== undefined && { provider }),
        dryRun: metadata.annotations?.["istio.io/dry-run"] === "true",
        rules: spec.rules ?? [],
      },
    ];
  });
}
