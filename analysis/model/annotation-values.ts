import ipaddr from "ipaddr.js";

type Check = (value: string) => string | undefined;

const port: Check = (value) => {
  const text = value.trim();
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? undefined : "a port number";
};

const ports: Check = (value) => {
  if (value.trim() === "") return undefined;
  return value.split(",").every((each) => port(each) === undefined)
    ? undefined
    : "port numbers with commas between";
};

const ranges: Check = (value) => {
  if (value === "") return undefined;
  return value.split(",").every((each) => each.includes("/") && ipaddr.isValidCIDR(each))
    ? undefined
    : "address ranges such as 10.0.0.0/8, with commas between and no blanks";
};

const unsigned: Check = (value) =>
  /^\d{1,10}$/.test(value) && Number(value) < 2 ** 32 ? undefined : "a whole number";

const boolean: Check = (value) =>
  /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value) ? undefined : "true or false";

const quantity: Check = (value) =>
  /^[+-]?(\d+\.?\d*|\.\d+)(([KMGTPE]i)|[numkMGTPE]|[eE][+-]?\d+)?$/.test(value)
    ? undefined
    : "a quantity such as 100m or 128Mi";

const interfaces: Check = (value) =>
  value === "" || value.split(",").every((each) => /^[^\s/]{1,15}$/.test(each.trim()))
    ? undefined
    : "names of network interfaces with commas between";

const orStar =
  (check: Check): Check =>
  (value) =>
    value === "*" || check(value) === undefined ? undefined : `${check(value) ?? ""}, or *`;

const interception: Check = (value) =>
  ["REDIRECT", "TPROXY", "NONE"].includes(value) ? undefined : "REDIRECT, TPROXY or NONE";

/** What the injector asks of the value of an annotation; a pod with another value is not created. */
export const annotationValues: ReadonlyMap<string, Check> = new Map([
  ["sidecar.istio.io/interceptionMode", interception],
  ["status.sidecar.istio.io/port", port],
  ["readiness.status.sidecar.istio.io/initialDelaySeconds", unsigned],
  ["readiness.status.sidecar.istio.io/periodSeconds", unsigned],
  ["readiness.status.sidecar.istio.io/failureThreshold", unsigned],
  ["traffic.sidecar.istio.io/includeOutboundIPRanges", orStar(ranges)],
  ["traffic.sidecar.istio.io/excludeOutboundIPRanges", ranges],
  ["traffic.sidecar.istio.io/includeInboundPorts", orStar(ports)],
  ["traffic.sidecar.istio.io/excludeInboundPorts", ports],
  ["traffic.sidecar.istio.io/excludeOutboundPorts", ports],
  ["traffic.sidecar.istio.io/excludeInterfaces", interfaces],
  ["traffic.sidecar.istio.io/kubevirtInterfaces", interfaces],
  ["istio.io/reroute-virtual-interfaces", interfaces],
  ["prometheus.istio.io/merge-metrics", boolean],
  ["sidecar.istio.io/proxyCPU", quantity],
  ["sidecar.istio.io/proxyMemory", quantity],
  ["sidecar.istio.io/proxyCPULimit", quantity],
  ["sidecar.istio.io/proxyMemoryLimit", quantity],
]);
