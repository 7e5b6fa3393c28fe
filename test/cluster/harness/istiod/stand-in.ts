import * as https from "node:https";
import type * as net from "node:net";
import type { TLSSocket } from "node:tls";
import type { ApiClient, Endpoint } from "../api-client";
import { serverCertificate } from "../certificate";
import { repeat } from "../repeat";
import { attend } from "./duties";
import { type RunningIstiod, RunningIstiods } from "./running";

/** A pod as the API server hands it to a webhook. */
export interface Pod {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}
interface AdmissionReview {
  readonly request: {
    readonly uid: string;
    readonly namespace?: string;
    readonly object: ({ readonly kind?: string } & Pod) | null;
  };
}

/** Returns the pod as this istiod injects it, or undefined to leave it as it is. */
export type Inject = (pod: Pod, namespace: string, istiod: RunningIstiod) => Promise<Pod | undefined>;

/** One call that the API server made. */
export interface WebhookCall {
  readonly path: string;
  readonly kind: string;
  /** The revision that was asked. */
  readonly revision: string;
}

const LOOK_EVERY_MS = 300;

/**
 * Does to the cluster what running istiods do: once the Deployment of one is available it answers for it at `/inject` and
 * `/validate`, and writes the certificate into its webhooks and into every namespace. Whatever it does it does with the
 * rights of that istiod's service account.
 */
export class IstiodStandIn {
  /** Every call of a webhook. */
  readonly calls: WebhookCall[] = [];
  /** What the roles of an istiod did not allow it; a mesh would not work. */
  readonly refusals = new Set<string>();
  readonly #server: https.Server;
  readonly #certificate: string;
  readonly #inject: Inject;
  #running: readonly RunningIstiod[] = [];
  #stop: () => Promise<void> = () => Promise.resolve();

  private constructor(certificate: string, key: string, inject: Inject) {
    this.#certificate = certificate;
    this.#inject = inject;
    this.#server = https.createServer({ cert: certificate, key }, (request, response) => {
      const host = (request.socket as TLSSocket).servername;
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        void this.#answer(host, request.url ?? "/", text).then(
          (body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
      });
    });
  }

  /** @param namespaces those that control planes may be in */
  static async create(inject: Inject, namespaces: readonly string[]): Promise<IstiodStandIn> {
    // Every revision's service, whatever its name: the certificate must hold them all.
    const pair = await serverCertificate(namespaces.map((namespace) => `*.${namespace}.svc`));
    return new IstiodStandIn(pair.certificate, pair.key, inject);
  }

  /** Takes a connection that the API server opened to a service. */
  accept(socket: net.Socket): void {
    this.#server.emit("connection", socket);
  }

  /** Starts to look for control planes, and to do what they do. */
  watch(admin: ApiClient, endpoint: (token: string) => Endpoint): void {
    const istiods = new RunningIstiods(admin, endpoint, (what) => this.refusals.add(what));
    const loop = repeat(LOOK_EVERY_MS, async () => {
      this.#running = await istiods.now();
      for (const istiod of this.#running) await attend(istiod, this.#certificate);
    });
    this.#stop = async () => {
      await loop.stop();
      istiods.close();
    };
  }

  async stop(): Promise<void> {
    await this.#stop();
    this.#server.closeAllConnections();
  }

  async #answer(host: string | false | null | undefined, path: string, text: string): Promise<unknown> {
    const istiod = this.#running.find(({ name, namespace }) => host === `${name}.${namespace}.svc`);
    if (istiod === undefined) throw new Error(`nothing answers at ${host || "this address"}`);
    const { request } = JSON.parse(text) as AdmissionReview;
    const { object } = request;
    this.calls.push({ path, kind: object?.kind ?? "", revision: istiod.revision });
    const response: Record<string, unknown> = { uid: request.uid, allowed: true };
    if (path.startsWith("/inject") && object !== null) {
      const injected = await this.#inject(object, request.namespace ?? "", istiod);
      if (injected !== undefined) {
        // The whole pod in one operation: the API server compares the result, not the way to it.
        const patch = [
          { op: "replace", path: "/metadata", value: injected.metadata },
          { op: "replace", path: "/spec", value: injected.spec },
        ];
        response["patchType"] = "JSONPatch";
        response["patch"] = Buffer.from(JSON.stringify(patch)).toString("base64");
      }
    }
    return { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response };
  }
}
