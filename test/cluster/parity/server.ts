import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import type { ApiClient } from "../harness/api-client";

const SERVED_WITHIN_SECONDS = 60;
/** So many that the server is never idle, and so few that it answers each in time. */
const AT_ONCE = 8;
const NAMESPACE = "default";

/** One of the reasons why an object was refused. */
export interface Cause {
  readonly reason?: string;
  /** Its place in the object; `<nil>` where the message names it. */
  readonly field?: string;
  readonly message: string;
}

/** What a server says of a new object. */
export interface Answer {
  readonly accepted: boolean;
  /** HTTP status. */
  readonly code: number;
  readonly reason: string;
  /** Why not, sorted; a server that finds no place gives the words alone. */
  readonly causes: readonly Cause[];
  /** What it would have stored, but for what is new each time. */
  readonly stored?: unknown;
}

interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly Partial<Cause>[] };
}
interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly scope: "Namespaced" | "Cluster";
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** Custom resources that a server serves, each to be asked about without leaving a trace. */
export class CustomResources {
  readonly #definitions: ReadonlyMap<string, Definition["spec"]>;

  private constructor(
    private readonly api: ApiClient,
    definitions: readonly Definition[],
  ) {
    this.#definitions = new Map(definitions.map(({ spec }) => [`${spec.group}/${spec.names.kind}`, spec]));
  }

  /** Installs definitions and waits until the server serves every version of every one. */
  static async install(api: ApiClient, definitions: readonly Definition[]): Promise<CustomResources> {
    for (const definition of definitions) {
      const url = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldValidation=Strict";
      const { status, body } = await api.request("POST", url, definition);
      if (status !== 201)
        throw new Error(`${definition.metadata.name} was not accepted: ${JSON.stringify(body)}`);
    }
    const resources = new CustomResources(api, definitions);
    const deadline = Date.now() + SERVED_WITHIN_SECONDS * 1000;
    for (const { spec } of definitions) {
      for (const { name } of spec.versions.filter((version) => version.served)) {
        while ((await api.request("GET", resources.#url(spec, name))).status !== 200) {
          if (Date.now() > deadline)
            throw new Error(`${spec.names.plural}.${spec.group}/${name} is not served`);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    }
    return resources;
  }

  /** The answers to all of them, in their order, as `kubectl create --dry-run=server --validate=strict` gets them. */
  async askAll(objects: readonly KubernetesObject[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    const queue = objects.entries();
    const work = async () => {
      for (const [index, object] of queue) answers[index] = await this.#ask(object);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return answers;
  }

  async #ask(object: KubernetesObject): Promise<Answer> {
    const [group = "", version = ""] = object.apiVersion.split("/");
    const definition = this.#definitions.get(`${group}/${object.kind}`);
    if (definition === undefined) throw new Error(`no definition of ${group}/${object.kind}`);
    const { namespace } = object.metadata;
    const place = typeof namespace === "string" && namespace !== "" ? namespace : NAMESPACE;
    const url = `${this.#url(definition, version, place)}?dryRun=All&fieldValidation=Strict`;
    const { status: code, body } = await this.api.request("POST", url, object);
    if (code === 201) return { accepted: true, code, reason: "", causes: [], stored: lasting(body, object) };
    if (code < 400 || code >= 500) throw new Error(`${object.kind}: ${code} ${JSON.stringify(body)}`);
    const { reason = "", message = "", details } = body as Status;
    const causes = details?.causes ?? [{ message }];
    return {
      accepted: false,
      code,
      reason,
      causes: causes
        .map((cause) => ({ ...cause, message: withoutGenerated(cause.message ?? "", object) }))
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    };
  }

  #url({ group, names, scope }: Definition["spec"], version: string, namespace = NAMESPACE): string {
    const place = scope === "Namespaced" ? `namespaces/${encodeURIComponent(namespace)}/` : "";
    return `/apis/${group}/${version}/${place}${names.plural}`;
  }
}

/** What is the same in another answer to the same object. */
function lasting(body: unknown, { metadata: asked }: KubernetesObject): unknown {
  const { metadata, ...rest } = body as { readonly metadata: Readonly<Record<string, unknown>> };
  const { uid: _uid, creationTimestamp: _time, managedFields: _fields, name, ...kept } = metadata;
  return { ...rest, metadata: { ...kept, ...(asked.name !== undefined && { name }) } };
}

/** A message without the letters with which the server completed a name. */
function withoutGenerated(message: string, { metadata }: KubernetesObject): string {
  const prefix = metadata["generateName"];
  if (typeof prefix !== "string" || prefix === "") return message;
  return message
    .split(prefix)
    .map((part, index) => (index === 0 ? part : part.replace(/^[a-z0-9]{5}/, "")))
    .join(prefix);
}
