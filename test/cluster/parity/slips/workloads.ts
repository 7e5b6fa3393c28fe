import type { KindSlips } from "./kind-slips";
import { many, map } from "./selection";

const external = { hosts: ["api.example.com"], ports: [{ number: 443, name: "https", protocol: "TLS" }] };

/** What requests are sent to. */
export const workloads: readonly KindSlips[] = [
  {
    apiVersion: "networking.istio.io/v1",
    kind: "ServiceEntry",
    right: { ...external, location: "MESH_EXTERNAL", resolution: "DNS", exportTo: ["."] },
    odd: {
      "an address that is none": { ...external, addresses: ["somewhere"], resolution: "STATIC" },
      "a host with a wildcard inside": { ...external, hosts: ["api.*.example.com"] },
    },
    wrong: {
      "no hosts": { ports: external.ports },
      "an empty list of hosts": { ...external, hosts: [] },
      "257 hosts": { ...external, hosts: many(257, (index) => `host-${index}.example.com`) },
      "a location that is unknown": { ...external, location: "OUTSIDE" },
      "a resolution that is unknown": { ...external, resolution: "STRICT_DNS" },
      "two ports of one name": { ...external, ports: [external.ports[0], external.ports[0]] },
      "a port without a name": { ...external, ports: [{ number: 443 }] },
      "port 0": { ...external, ports: [{ ...external.ports[0], number: 0 }] },
      "an address of 65 characters": { ...external, resolution: "STATIC", addresses: ["1".repeat(65)] },
      "a negative weight": {
        ...external,
        resolution: "STATIC",
        endpoints: [{ address: "10.0.0.1", weight: -1 }],
      },
      "an endpoint at nowhere": { ...external, resolution: "STATIC", endpoints: [{ weight: 1 }] },
    },
  },
  {
    apiVersion: "networking.istio.io/v1",
    kind: "WorkloadEntry",
    right: {
      address: "10.0.0.1",
      labels: { app: "web" },
      ports: { http: 8080 },
      network: "west",
      locality: "eu/west/a",
      weight: 10,
    },
    odd: { "an address that is none": { address: "not an address" }, "no port": { address: "a", ports: {} } },
    wrong: {
      "neither address nor network": { weight: 1 },
      "an address of 257 characters": { address: "a".repeat(257) },
      "a negative weight": { address: "10.0.0.1", weight: -1 },
      "a weight of half": { address: "10.0.0.1", weight: 0.5 },
      "a port in a text": { address: "10.0.0.1", ports: { http: "8080" } },
      "port 65536": { address: "10.0.0.1", ports: { http: 65_536 } },
      "ports in a list": { address: "10.0.0.1", ports: [8080] },
      "a port name with an underscore": { address: "10.0.0.1", ports: { http_1: 8080 } },
      "129 ports": { address: "10.0.0.1", ports: map(129, 80) },
      "a label that is a number": { address: "10.0.0.1", labels: { version: 1 } },
      "a service account of 254 characters": { address: "10.0.0.1", serviceAccount: "a".repeat(254) },
    },
  },
  {
    apiVersion: "networking.istio.io/v1",
    kind: "WorkloadGroup",
    right: {
      metadata: { labels: { app: "web" } },
      template: { ports: { http: 8080 }, serviceAccount: "web" },
      probe: { periodSeconds: 5, httpGet: { path: "/ready", port: 8080, scheme: "HTTP" } },
    },
    odd: { "a template of nothing": { template: {} }, "a probe of nothing": { template: {}, probe: {} } },
    wrong: {
      "no template": { metadata: { labels: { app: "web" } } },
      "a probe in two ways": { template: {}, probe: { httpGet: { port: 1 }, tcpSocket: { port: 1 } } },
      "a probe without a port": { template: {}, probe: { httpGet: { path: "/" } } },
      "a probe at port 65536": { template: {}, probe: { tcpSocket: { port: 65_536 } } },
      "a probe by port name": { template: {}, probe: { httpGet: { port: "http" } } },
      "a command in a text": { template: {}, probe: { exec: { command: "true" } } },
      "an empty command": { template: {}, probe: { exec: { command: [""] } } },
      "a negative delay": { template: {}, probe: { initialDelaySeconds: -1 } },
      "a header with a space": {
        template: {},
        probe: { httpGet: { port: 1, httpHeaders: [{ name: "x y", value: "1" }] } },
      },
      "a socket that is no absolute path": { template: { address: "unix://run/web" } },
    },
  },
];
