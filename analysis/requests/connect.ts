import { UNKNOWN } from "../kubernetes-object";
import { clientTls, type ClientTls } from "../model/client-tls";
import type { DestinationRuleView } from "../model/destination-rule";
import { usesAutoMtls, type ServerMode } from "../model/peer-authentication";
import type { Workload } from "../model/workloads";
import type { MeshModel } from "../model";
import type { Answer, MeshRequest } from "./request";

/** How two proxies talk. */
export interface Connection {
  /** What the caller sends: `ISTIO_MUTUAL`, `DISABLE` (plaintext), `SIMPLE` or `MUTUAL`. */
  readonly client: string;
  /** What makes it do so; absent where it follows the server. */
  readonly clientRule?: ClientTls;
  /** What the server takes: `STRICT`, `PERMISSIVE` or `DISABLE`. */
  readonly server: ServerMode;
  /** With certificates of the mesh on both sides. */
  readonly isMutual: Answer;
  /** Why they cannot talk. */
  readonly refusal?: string;
}

/** What one destination is asked with. */
export interface ConnectQuestion {
  readonly request: MeshRequest;
  readonly leg: { readonly port: number; readonly subset?: string };
  readonly rule: DestinationRuleView | undefined;
  readonly workload: Workload;
  /** The port that the workload listens on. */
  readonly port: number;
}

/** How the caller's proxy and that of a workload talk, or why they cannot. */
export function connect(model: MeshModel, question: ConnectQuestion): Connection {
  const { request, workload, port } = question;
  const enrolment = model.namespaces.enrolmentOfWorkload(workload);
  const isServerInMesh = enrolment === "sidecar" || enrolment === "ambient";
  const server: ServerMode = isServerInMesh
    ? model.peerAuthentications.ofWorkload(workload, port)
    : { mode: "DISABLE" };
  if (server.mode === UNKNOWN || enrolment === "unknown")
    return { client: "unknown", server, isMutual: undefined };
  const place = request.from.principal === undefined ? undefined : clientPlace(question);
  const client = clientMode(model, question, place, isServerInMesh && server.mode !== "DISABLE");
  const isMutual = client === "ISTIO_MUTUAL" && isServerInMesh && server.mode !== "DISABLE";
  const refusal = refusalOf(client, server.mode, isServerInMesh);
  return {
    client,
    ...(place === undefined ? {} : { clientRule: place }),
    server,
    isMutual,
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** The narrowest place of the rule that says how clients connect. */
function clientPlace({ rule, leg }: ConnectQuestion): ClientTls | undefined {
  if (rule === undefined) return undefined;
  const places = clientTls(rule).filter(
    ({ subset, port }) =>
      (subset === undefined || subset === leg.subset) && (port === undefined || port === leg.port),
  );
  const order = ["subset port", "subset", "port", "destination"];
  return places.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level))[0];
}

function clientMode(
  model: MeshModel,
  { request }: ConnectQuestion,
  place: ClientTls | undefined,
  takesMutual: boolean,
): string {
  // Without a proxy nobody has a certificate.
  if (request.from.principal === undefined) return "DISABLE";
  if (place !== undefined) return typeof place.mode === "string" ? place.mode : "unknown";
  return usesAutoMtls(model.config) && takesMutual ? "ISTIO_MUTUAL" : "DISABLE";
}

function refusalOf(client: string, server: string, isServerInMesh: boolean): string | undefined {
  if (server === "STRICT" && client !== "ISTIO_MUTUAL")
    return "the server demands a certificate of the mesh, and the caller shows none";
  if (client === "ISTIO_MUTUAL" && !isServerInMesh)
    return "the caller sends mutual TLS, and the server has no proxy to take it";
  if (client === "ISTIO_MUTUAL" && server === "DISABLE")
    return "the caller sends mutual TLS, and the server takes plaintext only";
  return undefined;
}
