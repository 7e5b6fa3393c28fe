import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import { objectOf } from "./fragments";

const filter = (...configPatches: readonly object[]): KubernetesObject =>
  objectOf("EnvoyFilter", "networking.istio.io/v1alpha3", { configPatches });

const named = (name: string, subFilter?: object): object => ({
  listener: { filterChain: { filter: { name, ...(subFilter && { subFilter }) } } },
});
const MANAGER = "envoy.filters.network.http_connection_manager";
const remove = { operation: "REMOVE" };
const typed = (type: string): object => ({
  operation: "INSERT_BEFORE",
  value: { name: "lua", typed_config: { "@type": `type.googleapis.com/${type}` } },
});

/** One EnvoyFilter for each thing that istiod refuses in one. */
export const refusedFilters: Readonly<Record<string, KubernetesObject>> = {
  "no applyTo": filter({ patch: remove }),
  "no patch": filter({ applyTo: "CLUSTER" }),
  "no operation": filter({ applyTo: "CLUSTER", patch: { value: {} } }),
  "no value": filter({ applyTo: "CLUSTER", patch: { operation: "MERGE" } }),
  "a match of another object": filter({ applyTo: "CLUSTER", match: named(MANAGER), patch: remove }),
  "a match of a waypoint elsewhere": filter({ applyTo: "CLUSTER", match: { waypoint: {} }, patch: remove }),
  "a filter without a name": filter({ applyTo: "NETWORK_FILTER", match: named(""), patch: remove }),
  "a filter in a filter that has none": filter({
    applyTo: "HTTP_FILTER",
    match: named("envoy.filters.network.tcp_proxy", { name: "a" }),
    patch: remove,
  }),
  "a filter in a filter, of another kind of patch": filter({
    applyTo: "NETWORK_FILTER",
    match: named(MANAGER, { name: "a" }),
    patch: remove,
  }),
  "a filter in a filter without a name": filter({
    applyTo: "HTTP_FILTER",
    match: named(MANAGER, {}),
    patch: remove,
  }),
  "a version that is no expression": filter({
    applyTo: "CLUSTER",
    match: { proxy: { proxyVersion: "(" } },
    patch: remove,
  }),
  "a type of Envoy's old API": filter({
    applyTo: "HTTP_FILTER",
    match: named(MANAGER),
    patch: typed("envoy.config.filter.http.lua.v2.Lua"),
  }),
  "a priority beyond 32 bits": {
    ...filter({ applyTo: "CLUSTER", patch: remove }),
    spec: { priority: 2 ** 32, configPatches: [] },
  },
};

/** What looks the same and is taken. */
export const acceptedFilters: Readonly<Record<string, KubernetesObject>> = {
  "a filter without a name, where nobody asks for it": filter({
    applyTo: "LISTENER_FILTER",
    match: named(""),
    patch: remove,
  }),
  "a version too long to compile": filter({
    applyTo: "CLUSTER",
    match: { proxy: { proxyVersion: "(".repeat(2000) } },
    patch: remove,
  }),
  "anything at a waypoint": filter({
    applyTo: "HTTP_FILTER",
    match: { context: "WAYPOINT", waypoint: { filter: { name: "" } } },
    patch: remove,
  }),
  "a type of Istio's own with a name of that time": filter({
    applyTo: "HTTP_FILTER",
    match: named(MANAGER),
    patch: typed("istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig"),
  }),
};
