import type { z } from "zod";

import { MeshError } from "../../components/intent/problem";
import type { CreateRequest, CreateResult, Properties, ResourceProvider, ResourceState } from "../provider";
import { containsSecret, Secret, UNKNOWN, type PropertyValue } from "../value";
import { containsUnknown, reveal, sameValue } from "./plain";
import { problemOfIssue, refusal } from "./problems";

/** The values that a resource did not get from the program. */
export interface Generated {
  readonly id: string;
  /** One for each of the resource's `computed` properties. */
  readonly values: Properties;
}

/** A schema whose output is the settings of a resource, by property. */
export type SettingsSchema = z.ZodType<Readonly<Record<string, unknown>>>;

/** How a built-in provider makes one type of resource. */
export interface ResourceSpec<Schema extends SettingsSchema> {
  /** The full token, `tls:index/privateKey:PrivateKey`. */
  readonly type: string;
  /** Accepts the inputs with secret marks taken away, and adds the defaults of the real provider. */
  readonly schema: Schema;
  /** The output properties that `generate` gives; the other outputs repeat the inputs. */
  readonly computed: readonly string[];
  /** The outputs that are always secret. */
  readonly secrets: readonly string[];
  /** Inputs that are never repeated as outputs nor compared: the real provider calls them write-only. */
  readonly writeOnly?: readonly string[];
  /** Inputs that may change while the generated values stay. Any other change generates afresh. */
  readonly updatable?: readonly string[];
  /** The real provider repeats the id among the outputs, unless the id is a secret itself. */
  readonly idIsSecret?: boolean;
  /** Whether what an earlier run generated is past its use. Default: never. */
  readonly expired?: (outputs: Properties, settings: z.output<Schema>) => boolean;
  readonly generate: (settings: z.output<Schema>, request: CreateRequest) => Promise<Generated>;
}

/** One type of resource of a built-in provider. */
export interface BuiltinResource {
  readonly type: string;
  create(request: CreateRequest): Promise<CreateResult>;
}

/** Answers one function of a package. */
export type BuiltinFunction = (args: Properties) => Promise<Properties>;

/** Turns a specification into a resource that keeps its generated values from run to run. */
export function defineResource<Schema extends SettingsSchema>(spec: ResourceSpec<Schema>): BuiltinResource {
  return {
    type: spec.type,
    async create(request) {
      const inputs = withoutNulls(request.inputs);
      if (containsUnknown(inputs)) return unknownUntilDeployed(spec, inputs);
      const settings = parse(spec, request, inputs);
      const repeated = repeatedOutputs(spec, settings, inputs);
      const prior = request.prior;
      if (
        prior !== undefined &&
        isKept(spec, prior, repeated) &&
        spec.expired?.(prior.outputs, settings) !== true
      ) {
        return result(spec, prior.id, { ...repeated, ...generatedValues(spec, prior) });
      }
      const generated = await spec.generate(settings, request);
      return result(spec, generated.id, { ...repeated, ...generated.values });
    },
  };
}

/** A provider of the resources and functions given. */
export class BuiltinProvider implements ResourceProvider {
  readonly #resources: ReadonlyMap<string, BuiltinResource>;
  readonly #functions: ReadonlyMap<string, BuiltinFunction>;

  constructor(
    readonly pkg: string,
    resources: readonly BuiltinResource[],
    functions: Readonly<Record<string, BuiltinFunction>> = {},
  ) {
    this.#resources = new Map(resources.map((resource) => [resource.type, resource]));
    this.#functions = new Map(Object.entries(functions));
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const resource = this.#resources.get(request.type);
    if (resource !== undefined) return resource.create(request);
    throw new MeshError(`resource "${request.name}"`, [
      {
        id: "engine/unknown-resource-type",
        path: request.urn,
        message: `the offline engine has no such resource in package ${this.pkg}`,
        got: request.type,
        expected: `one of ${[...this.#resources.keys()].join(", ")}`,
        fix: "Use one of these types, or deploy this program with the Pulumi CLI",
      },
    ]);
  }

  async invoke(token: string, args: Properties): Promise<Properties | undefined> {
    return this.#functions.get(token)?.(args);
  }
}

function parse<Schema extends SettingsSchema>(
  spec: ResourceSpec<Schema>,
  request: CreateRequest,
  inputs: Properties,
): z.output<Schema> {
  const parsed = spec.schema.safeParse(reveal(inputs));
  if (parsed.success) return parsed.data;
  throw refusal(
    request,
    parsed.error.issues.map((issue) => problemOfIssue(issue, inputs)),
  );
}

/** The settings as outputs: an input that was secret stays secret, and so does all of it where only a part was. */
function repeatedOutputs<Schema extends SettingsSchema>(
  spec: ResourceSpec<Schema>,
  settings: z.output<Schema>,
  inputs: Properties,
): Properties {
  const outputs: Record<string, PropertyValue> = {};
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined || spec.writeOnly?.includes(key)) continue;
    const plain = value as PropertyValue;
    const given = inputs[key];
    outputs[key] = given !== undefined && containsSecret(given) ? new Secret(plain) : plain;
  }
  return outputs;
}

function isKept<Schema extends SettingsSchema>(
  spec: ResourceSpec<Schema>,
  prior: ResourceState,
  now: Properties,
): boolean {
  if (prior.type !== spec.type || prior.id === "") return false;
  if (!spec.computed.every((key) => key in prior.outputs && !containsUnknown(prior.outputs[key] ?? null)))
    return false;
  const before = Object.keys(prior.outputs).filter((key) => key !== "id" && !spec.computed.includes(key));
  const keys = new Set([...before, ...Object.keys(now)]);
  for (const key of spec.updatable ?? []) keys.delete(key);
  return [...keys].every((key) => sameValue(prior.outputs[key], now[key]));
}

function generatedValues<Schema extends SettingsSchema>(
  spec: ResourceSpec<Schema>,
  prior: ResourceState,
): Properties {
  const values: Record<string, PropertyValue> = {};
  for (const key of spec.computed) {
    const value = prior.outputs[key];
    // The engine marks the secret outputs itself, and would mark these twice.
    if (value !== undefined) values[key] = value instanceof Secret ? value.reveal() : value;
  }
  return values;
}

/** What a preview shows of a resource whose inputs are not known yet: neither an id nor generated values. */
function unknownUntilDeployed<Schema extends SettingsSchema>(
  spec: ResourceSpec<Schema>,
  inputs: Properties,
): CreateResult {
  const repeated = Object.entries(inputs).filter(([key]) => !spec.writeOnly?.includes(key));
  const computed = spec.computed.map((key) => [key, UNKNOWN] as const);
  return result(spec, "", Object.fromEntries([...repeated, ...computed]));
}

function result<Schema extends SettingsSchema>(
  spec: ResourceSpec<Schema>,
  id: string,
  outputs: Properties,
): CreateResult {
  const repeatsId = id !== "" && spec.idIsSecret !== true;
  return { id, outputs: repeatsId ? { id, ...outputs } : outputs, secretOutputs: spec.secrets };
}

function withoutNulls(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
}
