import { ApiClient, type ApiResponse, type Endpoint } from "../api-client";

interface Deployment {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly serviceAccountName?: string;
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
  readonly status?: { readonly availableReplicas?: number };
}

/** One istiod that would run now, with the rights of its own service account and no others. */
export class RunningIstiod {
  readonly #api: ApiClient;

  constructor(
    readonly name: string,
    readonly namespace: string,
    readonly env: ReadonlyMap<string, string>,
    endpoint: Endpoint,
    private readonly refused: (what: string) => void,
    private readonly isThere: () => Promise<boolean>,
  ) {
    this.#api = new ApiClient(endpoint, "pilot-discovery");
  }

  /** Its revision; the unnamed control plane is `default`. */
  get revision(): string {
    return this.env.get("REVISION") ?? "default";
  }

  /** Name of an object that each revision has of its own. */
  ownName(name: string): string {
    return this.revision === "default" ? name : `${name}-${this.revision}`;
  }

  /** Asks the API server as istiod. What its roles do not allow is reported: a real istiod would not work. */
  async request(method: string, url: string, body?: unknown, contentType?: string): Promise<ApiResponse> {
    const response = await this.#api.request(method, url, body, contentType);
    const { message = "" } = (typeof response.body === "object" ? response.body : {}) as {
      readonly message?: string;
    };
    // A namespace that is going away refuses everybody with the same status, and a control plane that is going away
    // loses its roles while its last requests are under way.
    if (response.status === 403 && message.includes(" cannot ") && (await this.isThere()))
      this.refused(message);
    return response;
  }

  async list<T>(url: string): Promise<readonly T[]> {
    const { status, body } = await this.request("GET", url);
    return status === 200 ? (body as { readonly items: readonly T[] }).items : [];
  }

  close(): void {
    this.#api.close();
  }
}

/** Finds the control planes of a cluster, and gives each the rights that it has. */
export class RunningIstiods {
  readonly #byUid = new Map<string, RunningIstiod>();

  constructor(
    private readonly admin: ApiClient,
    private readonly endpoint: (token: string) => Endpoint,
    private readonly refused: (what: string) => void,
  ) {}

  /** Those with a pod that is ready; the others could answer nothing. */
  async now(): Promise<readonly RunningIstiod[]> {
    const deployments = await this.admin.list<Deployment>(
      "/apis/apps/v1/deployments?labelSelector=app%3Distiod",
    );
    const found: RunningIstiod[] = [];
    for (const deployment of deployments) {
      if ((deployment.status?.availableReplicas ?? 0) === 0) continue;
      const known = this.#byUid.get(deployment.metadata.uid) ?? (await this.#known(deployment));
      if (known !== undefined) found.push(known);
    }
    return found;
  }

  close(): void {
    for (const istiod of this.#byUid.values()) istiod.close();
  }

  async #known({ metadata, spec }: Deployment): Promise<RunningIstiod | undefined> {
    const { serviceAccountName = "default", containers } = spec.template.spec;
    const { status, body } = await this.admin.request(
      "POST",
      `/api/v1/namespaces/${metadata.namespace}/serviceaccounts/${serviceAccountName}/token`,
      { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
    );
    if (status !== 201) return undefined;
    const { token } = (body as { readonly status: { readonly token: string } }).status;
    const env = new Map(
      containers.flatMap((container) => container.env ?? []).map(({ name, value = "" }) => [name, value]),
    );
    const { name, namespace, uid } = metadata;
    const isThere = async (): Promise<boolean> => {
      const deployment = await this.admin.request(
        "GET",
        `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
      );
      const { metadata: found } = (deployment.status === 200 ? deployment.body : {}) as {
        readonly metadata?: { readonly uid: string; readonly deletionTimestamp?: string };
      };
      return found?.uid === uid && found.deletionTimestamp === undefined;
    };
    const istiod = new RunningIstiod(name, namespace, env, this.endpoint(token), this.refused, isThere);
    this.#byUid.set(uid, istiod);
    return istiod;
  }
}
