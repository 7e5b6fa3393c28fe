import * as https from "node:https";
import type * as net from "node:net";
import type { ApiClient } from "./api-client";
import { serverCertificate } from "./certificate";
import { repeat } from "./repeat";

interface Webhook {
  readonly name: string;
  readonly failurePolicy?: string;
  readonly clientConfig: {
    readonly caBundle?: string;
    readonly service?: { readonly name: string; readonly namespace: string };
  };
}
interface WebhookConfiguration {
  readonly metadata: { readonly name: string };
  readonly webhooks?: readonly Webhook[];
}
interface Deployment {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly status?: { readonly availableReplicas?: number };
}
interface AdmissionReview {
  readonly request: { readonly uid: string; readonly object: unknown; readonly namespace?: string };
}

/** Returns the pod as it should be after injection, or undefined to leave it as it is. */
export type Inject = (pod: unknown, path: string, namespace: string) => Promise<unknown>;

/** One call that the API server made. */
export interface WebhookCall {
  readonly path: string;
  readonly kind: string;
}

/**
 * Does to the cluster what a running istiod does: it answers the injection and validation webhooks, and once its own
 * Deployment is available it writes `caBundle` into them and sets `failurePolicy: Fail` on the validating ones.
 */
export class IstiodStandIn {
  readonly calls: WebhookCall[] = [];
  readonly #server: https.Server;
  readonly #certificate: string;
  #patching: { stop(): Promise<void> } | undefined;

  private constructor(certificate: string, key: string, inject: Inject) {
    this.#certificate = certificate;
    this.#server = https.createServer({ cert: certificate, key }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        void this.#answer(request.url ?? "/", Buffer.concat(chunks).toString("utf8"), inject).then(
          (body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
      });
    });
  }

  static async create(inject: Inject): Promise<IstiodStandIn> {
    // Every revision's service, whatever its name: the certificate must hold them all.
    const names = ["istiod.istio-system.svc", "*.istio-system.svc"];
    const pair = await serverCertificate(names);
    return new IstiodStandIn(pair.certificate, pair.key, inject);
  }

  /** Takes a connection that the API server opened to a service. */
  accept(socket: net.Socket): void {
    this.#server.emit("connection", socket);
  }

  /** Starts to look after the webhook configurations. */
  watch(api: ApiClient): void {
    this.#patching = repeat(300, async () => {
      const ready = new Set(
        (await api.list<Deployment>("/apis/apps/v1/deployments"))
          .filter((deployment) => (deployment.status?.availableReplicas ?? 0) > 0)
          .map((deployment) => `${deployment.metadata.namespace}/${deployment.metadata.name}`),
      );
      for (const kind of ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"]) {
        const base = `/apis/admissionregistration.k8s.io/v1/${kind}`;
        for (const configuration of await api.list<WebhookConfiguration>(base)) {
          await this.#adopt(
            api,
            `${base}/${configuration.metadata.name}`,
            configuration,
            kind.startsWith("v"),
            ready,
          );
        }
      }
    });
  }

  async stop(): Promise<void> {
    await this.#patching?.stop();
    this.#server.closeAllConnections();
  }

  async #adopt(
    api: ApiClient,
    url: string,
    configuration: WebhookConfiguration,
    validating: boolean,
    ready: ReadonlySet<string>,
  ): Promise<void> {
    const caBundle = Buffer.from(this.#certificate).toString("base64");
    const patch: { op: string; path: string; value: string }[] = [];
    (configuration.webhooks ?? []).forEach((webhook, i) => {
      const service = webhook.clientConfig.service;
      if (service === undefined || !ready.has(`${service.namespace}/${service.name}`)) return;
      if (webhook.clientConfig.caBundle !== caBundle) {
        patch.push({ op: "add", path: `/webhooks/${i}/clientConfig/caBundle`, value: caBundle });
      }
      if (validating && webhook.failurePolicy !== "Fail") {
        patch.push({ op: "replace", path: `/webhooks/${i}/failurePolicy`, value: "Fail" });
      }
    });
    if (patch.length > 0) await api.request("PATCH", url, patch, "application/json-patch+json");
  }

  async #answer(path: string, text: string, inject: Inject): Promise<unknown> {
    const review = JSON.parse(text) as AdmissionReview;
    const object = review.request.object as { kind?: string } | null;
    this.calls.push({ path, kind: object?.kind ?? "" });
    const response: Record<string, unknown> = { uid: review.request.uid, allowed: true };
    if (path.startsWith("/inject")) {
      const injected = await inject(object, path, review.request.namespace ?? "");
      if (injected !== undefined) {
        // The whole pod in one operation: the API server compares the result, not the way to it.
        const patch = [
          { op: "replace", path: "/metadata", value: (injected as { metadata: unknown }).metadata },
          { op: "replace", path: "/spec", value: (injected as { spec: unknown }).spec },
        ];
        response["patchType"] = "JSONPatch";
        response["patch"] = Buffer.from(JSON.stringify(patch)).toString("base64");
      }
    }
    return { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response };
  }
}
