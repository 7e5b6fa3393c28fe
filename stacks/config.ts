import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { MeshError, type InputProblem } from "../components/intent/problem";
import { REVIEWS_STEPS } from "./bookinfo/mesh";

/** How many pods: the bounds of the autoscaler. */
const replicas = z
  .strictObject({ min: z.int().min(1).max(50), max: z.int().min(1).max(200) })
  .refine((bounds) => bounds.min <= bounds.max, { message: "min must not exceed max", path: ["min"] });

const percent = z.number().min(0).max(100);

const dnsName = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/, {
    message: "must be a DNS name in lower case with at least one dot",
  });

/** The values of an environment that runs the mesh; `Pulumi.<stack>.yaml` holds them under `meshwright:`. */
const environment = z.strictObject({
  /** Istio's starting point for sizes, settings and gateways. */
  profile: z.enum(["default", "demo"]),
  /** Bounds of istiod's autoscaler. */
  controlPlane: z.strictObject({ replicas }),
  /** The edge: which host, how many gateway pods, and where the certificate comes from. */
  ingress: z.strictObject({
    host: dnsName,
    replicas,
    /** `self-signed` makes one in the stack; `existing` reads the secret of that name in the gateway's namespace. */
    certificate: z.discriminatedUnion("from", [
      z.strictObject({ from: z.literal("self-signed") }),
      z.strictObject({ from: z.literal("existing"), secret: z.string().min(1) }),
    ]),
  }),
  /** What proxies do with a host that nobody declared. */
  egress: z.enum(["registry-only", "allow-any"]),
  /** `in-stack` makes a root here, for clusters that may be thrown away; `root-stack` takes an intermediate from stack `root`. */
  certificateAuthority: z.enum(["in-stack", "root-stack"]),
  observability: z.strictObject({
    accessLog: z.boolean(),
    traceSamplingPercent: percent,
    /** Disk of Prometheus; without it metrics end with the pod. */
    metricsStorage: z
      .string()
      .regex(/^[1-9]\d*[KMGT]i$/, { message: 'must be a size such as "50Gi"' })
      .optional(),
    /** Whether the mesh can be looked at in Kiali. */
    kiali: z.boolean(),
  }),
  bookinfo: z.strictObject({
    /** Pods per workload. */
    replicas: z.int().min(1).max(50),
    /** How many steps `reviews` has taken from v2 to v3. One more, or one back, is `pulumi config set` and `pulumi up`. */
    reviewsStep: z.int().min(0).max(REVIEWS_STEPS.length),
  }),
});

/** The values of the stack that holds the offline root. */
const root = z.strictObject({
  /** Stacks that get an intermediate of their own. */
  clusters: z
    .array(
      z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, { message: "must be a stack name in lower case" }),
    )
    .min(1)
    .refine((names) => new Set(names).size === names.length, { message: "must not name a stack twice" }),
  /**
   * Where the replacement of the root stands; one step for each deployment. From generation 1: `trust` of generation 2,
   * then its `issue`, then its `steady`.
   */
  rotation: z
    .strictObject({ generation: z.int().min(1), step: z.enum(["steady", "trust", "issue"]) })
    .default({ generation: 1, step: "steady" }),
});

export type Environment = z.infer<typeof environment>;
export type RootConfig = z.infer<typeof root>;

/**
 * Reads the configuration of this stack in one pass.
 *
 * @throws MeshError with every problem of the file, unknown keys included
 */
export const readEnvironment = (): Environment => read(environment);

/** The same for the stack of the offline root. */
export const readRootConfig = (): RootConfig => read(root);

function read<T>(schema: z.ZodObject & z.ZodType<T>): T {
  return parseConfig(schema, pulumi.runtime.allConfig(), pulumi.getProject(), pulumi.getStack());
}

/** {@link readEnvironment} without Pulumi: from the flat `project:key` → text map that programs are given. */
export function parseEnvironment(
  values: Readonly<Record<string, string>>,
  project: string,
  stack: string,
): Environment {
  return parseConfig(environment, values, project, stack);
}

function parseConfig<T>(
  schema: z.ZodObject & z.ZodType<T>,
  values: Readonly<Record<string, string>>,
  project: string,
  stack: string,
): T {
  const own: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(values)) {
    if (key.startsWith(`${project}:`)) own[key.slice(project.length + 1)] = structured(text);
  }
  const result = schema.safeParse(own);
  if (result.success) return result.data;
  const keys = Object.keys(schema.shape);
  throw new MeshError(
    `Pulumi.${stack}.yaml`,
    result.error.issues.flatMap((issue) => toProblems(issue, own, project, stack, keys)),
  );
}

/** The engine hands structured values over as JSON; plain words stay what they are. */
function structured(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function toProblems(
  issue: z.core.$ZodIssue,
  values: unknown,
  project: string,
  stack: string,
  keys: readonly string[],
): InputProblem[] {
  const place = (path: readonly PropertyKey[]) => {
    const [key, ...rest] = path;
    const inside = rest.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
    return `config.${project}:${key === undefined ? "" : String(key)}${inside}`;
  };
  const edit = (path: readonly PropertyKey[]) =>
    `edit ${place(path).slice("config.".length)} in Pulumi.${stack}.yaml`;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      id: "config/unknown-key",
      path: place([...issue.path, key]),
      message: "no such value",
      got: JSON.stringify(key),
      expected: issue.path.length === 0 ? keys.join(", ") : "only the keys that stacks/config.ts names",
      fix: `remove it from Pulumi.${stack}.yaml, or correct its spelling`,
    }));
  }
  const got = issue.path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    values,
  );
  if (got === undefined) {
    return [
      {
        id: "config/missing",
        path: place(issue.path),
        message: "a value is missing",
        got: "nothing",
        expected: issue.message,
        fix: `add it to Pulumi.${stack}.yaml; the other stacks' files are examples`,
      },
    ];
  }
  return [
    {
      id: issue.code === "invalid_type" ? "config/wrong-type" : "config/invalid",
      path: place(issue.path),
      message: "the value is not acceptable",
      got: JSON.stringify(got),
      expected: issue.message.replace(/^Invalid (input|option): expected /, ""),
      fix: edit(issue.path),
    },
  ];
}
