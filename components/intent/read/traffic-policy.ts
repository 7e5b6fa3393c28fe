import ipaddr from "ipaddr.js";
import { isHost } from "../dns";
import { isLocality } from "../locality";
import { isHttpProtocol, type Protocol } from "../port";
import { show } from "../show";
import type { PolicyWithPortsIntent, PortPolicyIntent, TlsOriginationIntent } from "../intent";
import { at, type Reader } from "./reader";
import { needed, type Read, type ReportField, shapes } from "./shape";

const { anyText, choice, duration, flag, list, number, object, record, text, whole } =
  shapes("intent/traffic-policy");

const port = whole(1, 65535);
const locality = text(isLocality, "a locality such as region/zone/subzone, a star only at its end");
const region = text((value) => isLocality(value) && !/[/*]/.test(value), "the name of a region");
const failover = list(
  object({ from: needed(region), to: needed(region) }, {}, ({ from, to }, report) => {
    if (from === to) {
      report("to", {
        message: "is the region that fails",
        got: `from ${show(from)} to ${show(to)}`,
        expected: "two different regions",
        fix: "name another region",
      });
    }
  }),
  'regions such as [{ from: "eu-west", to: "eu-central" }]',
);
const failoverPriority = list(anyText, 'labels such as ["topology.istio.io/network"]');

const tcpPool = object({
  maxConnections: whole(1),
  connectTimeout: duration,
  tcpKeepalive: object({ probes: whole(1), time: duration, interval: duration }),
  maxConnectionDuration: duration,
  idleTimeout: duration,
});

const httpPool = object(
  {
    http1MaxPendingRequests: whole(1),
    http2MaxRequests: whole(1),
    maxRequestsPerConnection: whole(1),
    maxRetries: whole(0),
    idleTimeout: duration,
    h2UpgradePolicy: choice("DEFAULT", "DO_NOT_UPGRADE", "UPGRADE"),
    useClientProtocol: flag,
    maxConcurrentStreams: whole(1),
    http2KeepAlive: object({ interval: needed(duration), timeout: needed(duration) }),
  },
  {},
  ({ h2UpgradePolicy, useClientProtocol }, report) => {
    if (h2UpgradePolicy === "UPGRADE" && useClientProtocol) {
      report("useClientProtocol", {
        message: 'contradicts h2UpgradePolicy "UPGRADE"',
        got: 'useClientProtocol: true beside h2UpgradePolicy "UPGRADE"',
        expected: "either the client's protocol or HTTP/2",
        fix: "remove one of the two",
      });
    }
  },
);

/** Limits of connections and requests. */
export const connectionPool = object({ tcp: tcpPool, http: httpPool });

const outlierDetection = object(
  {
    consecutiveGatewayErrors: whole(0),
    consecutive5xxErrors: whole(0),
    consecutiveLocalOriginFailures: whole(0),
    splitExternalLocalOriginErrors: flag,
    outlierDetectionHttpErrorCodes: list(whole(100, 599), "statuses such as [500, 503]"),
    interval: duration,
    baseEjectionTime: duration,
    maxEjectionPercent: whole(0, 100),
    minHealthPercent: whole(0, 100),
  },
  {},
  ({ consecutiveLocalOriginFailures = 0, splitExternalLocalOriginErrors }, report) => {
    if (consecutiveLocalOriginFailures > 0 && splitExternalLocalOriginErrors !== true) {
      report("consecutiveLocalOriginFailures", {
        message: "counts failures that are not told apart from error statuses",
        got: `${consecutiveLocalOriginFailures} beside splitExternalLocalOriginErrors ${show(splitExternalLocalOriginErrors)}`,
        expected: "splitExternalLocalOriginErrors: true beside it",
        fix: "set that too, or remove it",
      });
    }
  },
);

const hashSources = ["httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"];

const consistentHash = object(
  {
    httpHeaderName: anyText,
    httpCookie: object(
      {
        name: needed(anyText),
        ttl: zeroOrDuration,
        path: anyText,
        attributes: list(object({ name: needed(anyText), value: anyText }), "attributes of a cookie"),
      },
      {},
      ({ attributes = [] }, report) => {
        if (new Set(attributes.map(({ name }) => name)).size < attributes.length) {
          const names = attributes.map(({ name }) => name);
          report("attributes", {
            message: "names an attribute twice",
            got: names.join(", "),
            expected: "each attribute once",
            fix: "remove the second",
          });
        }
      },
    ),
    useSourceIp: onlyTrue,
    httpQueryParameterName: anyText,
    ringHash: object({ minimumRingSize: whole(1) }, { mayBeEmpty: true }),
    maglev: object({ tableSize: needed(tableSize) }),
  },
  { exactlyOne: [hashSources], atMostOne: [["ringHash", "maglev"]] },
);

const localityLbSetting = object(
  {
    enabled: flag,
    distribute: list(
      object(
        {
          from: needed(locality),
          to: needed(
            record(
              whole(1, 100),
              "percent by locality",
              isLocality,
              "a locality such as region/zone/subzone",
            ),
          ),
        },
        {},
        ({ to }, report) => {
          const sum = Object.values(to).reduce((total, each) => total + each, 0);
          if (sum !== 100) {
            report("to", {
              message: "does not add up to 100 percent",
              got: `${Object.values(to).join(" + ")} = ${sum}`,
              expected: "100",
              fix: "correct a percentage",
            });
          }
        },
      ),
      'weights such as [{ from: "eu/*", to: { "eu/*": 80, "us/*": 20 } }]',
    ),
    failover,
    failoverPriority,
  },
  {
    atMostOne: [
      ["distribute", "failover"],
      ["distribute", "failoverPriority"],
    ],
  },
  ({ failover: regions, failoverPriority: labels = [] }, report) => {
    if (regions !== undefined && topologyOf(labels) !== "") {
      report("failoverPriority", {
        message: "names a label of the topology, which failover decides already",
        got: topologyOf(labels),
        expected: "labels other than those of region, zone and subzone beside failover",
        fix: "remove the label",
      });
    }
  },
);

/** The labels that say where a host runs; zone-aware routing and `failover` read them by themselves. */
const TOPOLOGY: readonly string[] = [
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
  "topology.istio.io/subzone",
];

function topologyOf(labels: readonly string[]): string {
  return labels.filter((label) => TOPOLOGY.includes(label)).join(", ");
}

const zoneAwareLbSetting = object(
  { enabled: flag, minClusterSize: whole(0), failover, failoverPriority },
  {},
  ({ failoverPriority: labels = [] }, report) => {
    if (topologyOf(labels) !== "") {
      report("failoverPriority", {
        message: "names a label of the topology, which is followed in any case",
        got: topologyOf(labels),
        expected: "labels other than those of region, zone and subzone",
        fix: "remove the label",
      });
    }
  },
);

const loadBalancer = object(
  {
    simple: choice("LEAST_REQUEST", "ROUND_ROBIN", "RANDOM", "PASSTHROUGH"),
    consistentHash,
    warmup: object({
      duration: needed(duration),
      minimumPercent: number(0, 100),
      aggression: number(0.01, 1000),
    }),
    localityLbSetting,
    zoneAwareLbSetting,
  },
  {
    atMostOne: [
      ["simple", "consistentHash"],
      ["consistentHash", "warmup"],
      ["localityLbSetting", "zoneAwareLbSetting"],
    ],
  },
  ({ simple, warmup }, report) => {
    if (warmup !== undefined && (simple === "RANDOM" || simple === "PASSTHROUGH")) {
      report("warmup", {
        message: `has no effect with ${simple}`,
        got: `warmup beside simple ${show(simple)}`,
        expected: 'warmup beside "LEAST_REQUEST" or "ROUND_ROBIN"',
        fix: "change simple, or remove warmup",
      });
    }
  },
);

/** What a port and a whole destination have in common. */
const portFields = {
  loadBalancer,
  connectionPool,
  outlierDetection,
} as const;

const wholeFields = {
  ...portFields,
  retryBudget: object({ percent: number(0, 100), budgetInterval: duration, minRetryConcurrency: whole(0) }),
  tunnel: object({
    protocol: choice("CONNECT", "POST"),
    targetHost: needed(
      text((value) => isHost(value) || ipaddr.isValid(value), "a host name or an IP address"),
    ),
    targetPort: needed(port),
  }),
  proxyProtocol: choice("V1", "V2"),
} as const;

/** Failover without outlier detection never happens: nothing tells that a host has failed. */
function needsOutlierDetection(
  { loadBalancer: balancer, outlierDetection: detection }: PortPolicyIntent,
  report: ReportField,
): void {
  const { localityLbSetting: setting } = balancer ?? {};
  const fails = setting?.failover !== undefined || setting?.failoverPriority !== undefined;
  if (fails && detection === undefined) {
    report("outlierDetection", {
      message: "is missing: without it no host is ever found unhealthy, so nothing fails over",
      expected: `outlierDetection beside ${setting?.failover === undefined ? "failoverPriority" : "failover"}`,
      fix: "add it, for example { consecutive5xxErrors: 5 }",
    });
  }
}

/** What is said of requests where nobody reads any. */
function needsHttp(
  ports: readonly { readonly protocol: Protocol }[],
  { loadBalancer: balancer, connectionPool: pool }: PortPolicyIntent,
  report: ReportField,
): void {
  if (ports.length === 0 || ports.some(({ protocol }) => isHttpProtocol(protocol))) return;
  const spoken = [...new Set(ports.map(({ protocol }) => protocol))].join(", ");
  if (pool?.http !== undefined) {
    report("connectionPool.http", {
      message: `limits requests, which proxies do not see in ${spoken}`,
      got: `connectionPool.http for ports of protocol ${spoken}`,
      expected: "a port of protocol http, http2 or grpc",
      fix: "limit connections with connectionPool.tcp, or correct the port's protocol in the catalogue",
    });
  }
  const { consistentHash: hash } = balancer ?? {};
  if (hash !== undefined && hash.useSourceIp === undefined) {
    report("loadBalancer.consistentHash", {
      message: `reads requests, which proxies do not see in ${spoken}: hosts would be chosen at random`,
      got: `${hashSources.filter((name) => name in hash).join(", ")} for ports of protocol ${spoken}`,
      expected: "a port of protocol http, http2 or grpc",
      fix: "write useSourceIp: true, or correct the port's protocol in the catalogue",
    });
  }
}

/** A policy as it may be for this target: of ports and subsets that exist, with TLS where the host is outside. */
export function trafficPolicyReader(target: {
  readonly ports: readonly { readonly name: string; readonly protocol: Protocol }[];
  readonly subsets: readonly { readonly name: string }[];
  readonly tls: Read<TlsOriginationIntent> | undefined;
}): Read<PolicyWithPortsIntent & { readonly subsets?: Readonly<Record<string, PolicyWithPortsIntent>> }> {
  const names = (all: readonly { readonly name: string }[]) => (name: string) =>
    all.some((each) => each.name === name);
  const listed = (all: readonly { readonly name: string }[]): string =>
    all.map(({ name }) => JSON.stringify(name)).join(", ") || "none, for there are none";
  const tls = target.tls === undefined ? {} : { tls: target.tls };
  const coherent =
    (among: typeof target.ports) =>
    (policy: PortPolicyIntent, report: ReportField): void => {
      needsOutlierDetection(policy, report);
      needsHttp(among, policy, report);
    };
  const ofPort = new Map(
    target.ports.map((each) => [each.name, object({ ...portFields, ...tls }, {}, coherent([each]))]),
  );
  const ofUnknown = object({ ...portFields, ...tls }, {}, needsOutlierDetection);
  const ports = record(
    (reader, value, path, name) => (ofPort.get(name) ?? ofUnknown)(reader, value, path),
    `names of ports: ${listed(target.ports)}`,
    names(target.ports),
  );
  const withPorts = { ...wholeFields, ...tls, ports };
  const atMostOne = [["tunnel", "proxyProtocol"]];
  const subset = object(withPorts, { atMostOne }, coherent(target.ports));
  const subsets = record(subset, `names of subsets: ${listed(target.subsets)}`, names(target.subsets));
  return object({ ...withPorts, subsets }, { atMostOne, mayBeEmpty: true }, coherent(target.ports));
}

/** `"0s"` makes a session cookie, which an ordinary duration has no word for. */
function zeroOrDuration(reader: Reader, value: unknown, path: string): string | undefined {
  return value === "0s" ? value : duration(reader, value, path);
}

function onlyTrue(reader: Reader, value: unknown, path: string): true | undefined {
  if (value === true) return true;
  return reader.report({
    id: "intent/traffic-policy",
    path,
    message: "is not true",
    got: { value },
    expected: "true",
    fix: "correct it, or remove it",
  });
}

/** Maglev's table has a prime size, which Envoy insists on. */
function tableSize(reader: Reader, value: unknown, path: string): number | undefined {
  if (
    typeof value === "number" &&
    Number.isInteger(value) &&
    value > 1 &&
    value < 5_000_011 &&
    isPrime(value)
  ) {
    return value;
  }
  return reader.report({
    id: "intent/traffic-policy",
    path,
    message: "is not a size that Maglev's table can have",
    got: { value },
    expected: "a prime number below 5000011",
    fix: "write for example 65537",
  });
}

function isPrime(value: number): boolean {
  for (let factor = 2; factor * factor <= value; factor++) if (value % factor === 0) return false;
  return true;
}

/** Which namespaces see an object: `*` for all, `.` for its own, or names. */
export function readExportTo(reader: Reader, value: unknown, path: string): readonly string[] | undefined {
  const id = "intent/export-to";
  const expected = 'namespaces, or ["."] for its own, or ["*"] for all';
  const given = reader.list(value, id, path, expected);
  const names = given?.map((each, index) =>
    reader.text(
      each,
      id,
      at(path, index),
      (name) => /^([.*~]|[a-z0-9]([-a-z0-9]*[a-z0-9])?)$/.test(name),
      expected,
    ),
  );
  if (names === undefined || !names.every((each) => each !== undefined)) return undefined;
  const alone = names.find((each) => each === "*" || each === "~");
  if ((alone !== undefined && names.length > 1) || new Set(names).size < names.length) {
    return reader.report({
      id,
      path,
      message: "names one twice, or all beside some",
      got: { value: names },
      expected: 'each namespace once, and "*" or "~" alone',
      fix: "keep what is meant",
    });
  }
  return [...names].sort();
}
