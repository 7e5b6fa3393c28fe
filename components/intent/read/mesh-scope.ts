import { isDnsLabel, isNamespacedHost } from "../dns";
import type { EgressGatewayIntent, ScopeIntent } from "../intent";
import { readLabels } from "./labels";
import type { Reader } from "./reader";
import { shapes } from "./shape";

const { choice, list, object, text } = shapes("intent/scope");

const scope = object(
  {
    per: choice("workload", "namespace"),
    keep: list(text(isNamespacedHost, "namespace/host, such as istio-system/*"), "hosts such as legacy/*"),
  },
  { mayBeEmpty: true },
);

/** What proxies are told; `undefined` where that is everything. */
export function readMeshScope(reader: Reader, value: unknown): ScopeIntent | undefined {
  if (value === undefined) return undefined;
  const read = scope(reader, value, "scope");
  return read && { per: read.per ?? "workload", keep: [...new Set(read.keep ?? [])].sort() };
}

/** The egress gateway, with Istio's own names where nothing is said. */
export function readEgressGateway(reader: Reader, value: unknown): EgressGatewayIntent | undefined {
  const path = "egressGateway";
  const fields = reader.fields(value ?? {}, "intent/egress", path, ["namespace", "service", "selector"]);
  if (fields === undefined) return undefined;
  const name = (field: string, fallback: string): string | undefined =>
    reader.text(
      fields.get(field) ?? fallback,
      "intent/egress",
      `${path}.${field}`,
      isDnsLabel,
      "a DNS label",
    );
  const namespace = name("namespace", "istio-system");
  const service = name("service", "istio-egressgateway");
  const selector = readLabels(
    reader,
    fields.get("selector") ?? { istio: "egressgateway" },
    "intent/egress",
    `${path}.selector`,
  );
  if (namespace === undefined || service === undefined || selector === undefined) return undefined;
  return { namespace, service, selector };
}
