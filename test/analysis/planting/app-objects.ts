import type { KubernetesObject } from "../../../analysis";
import type { App } from "./mesh";
import { container, networking, object, podSecurity, security, telemetry } from "./objects";
import type { AppPlan, Plan } from "./plan";
import { EDGE, hostsOf, ROOT } from "./platform-objects";

export interface DrawnApp extends App {
  readonly plan: AppPlan;
}

/** A namespace's services with their workloads: what is there before anybody writes a route or a policy. */
export function workloadObjects(app: DrawnApp): KubernetesObject[] {
  const { namespace, name, plan, port, protocol } = app;
  const target = plan.namedTarget ? "serving" : 8000;
  return [
    object("v1", "ServiceAccount", namespace, name, {}),
    object("v1", "Service", namespace, name, {
      spec: {
        selector: { app: name },
        ...(plan.headless ? { clusterIP: "None" } : {}),
        ports: [
          {
            port,
            targetPort: target,
            ...(plan.appProtocol ? { name: "main", appProtocol: protocol } : { name: `${protocol}-main` }),
          },
        ],
      },
    }),
    ...app.versions.map((version) => workload(app, version)),
    object("policy/v1", "PodDisruptionBudget", namespace, name, {
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } },
    }),
  ];
}

function workload({ namespace, name, plan }: DrawnApp, version: string): KubernetesObject {
  const labels = { app: name, version };
  return object("apps/v1", plan.kind, namespace, `${name}-${version}`, {
    spec: {
      ...(plan.kind === "DaemonSet" ? {} : { replicas: 2 }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          securityContext: podSecurity,
          containers: [container(name, 8000, "serving")],
        },
      },
    },
  });
}

/** How one service is reached: its DestinationRule and, where it speaks HTTP, its VirtualService. */
export function routingObjects(app: DrawnApp, other: DrawnApp): KubernetesObject[] {
  const { namespace, name, host, plan } = app;
  const exportTo =
    plan.exports === "everyone"
      ? {}
      : { exportTo: plan.exports === "own" ? ["."] : [...new Set([".", EDGE])] };
  return [
    networking("DestinationRule", namespace, name, {
      host,
      ...exportTo,
      trafficPolicy: {
        loadBalancer: plan.policy.includes("hash")
          ? { consistentHash: { httpHeaderName: "x-user" } }
          : { simple: "LEAST_REQUEST", ...(plan.policy.includes("locality") ? failover : {}) },
        ...(plan.policy.includes("pool") ? { connectionPool: { tcp: { maxConnections: 100 } } } : {}),
        ...(plan.policy.includes("outlier") || plan.policy.includes("locality") ? { outlierDetection } : {}),
        ...(plan.policy.includes("tls") ? { tls: { mode: "ISTIO_MUTUAL" } } : {}),
        ...(plan.policy.includes("port")
          ? {
              portLevelSettings: [
                { port: { number: app.port }, connectionPool: { tcp: { maxConnections: 50 } } },
              ],
            }
          : {}),
      },
      subsets: app.versions.map((version, index) => ({
        name: version,
        labels: { version },
        ...(plan.subsetPolicy && index === 0 ? { trafficPolicy: { outlierDetection } } : {}),
      })),
    }),
    ...(app.protocol === "tcp" ? [tcpRoute(app)] : [httpRoute(app, other, exportTo)]),
  ];
}

const outlierDetection = { consecutive5xxErrors: 5, interval: "10s", baseEjectionTime: "30s" };
const failover = { localityLbSetting: { failover: [{ from: "eu", to: "us" }] } };

const MATCHES: Readonly<Record<string, object>> = {
  uri: { uri: { prefix: "/wines/" } },
  header: { headers: { "x-user": { exact: "jason" } } },
  query: { queryParams: { beta: { exact: "1" } } },
  method: { method: { exact: "DELETE" }, uri: { exact: "/cart" } },
  regex: { uri: { regex: "/v[0-9]+/.+" } },
};

function httpRoute(app: DrawnApp, other: DrawnApp, exportTo: object): KubernetesObject {
  const { namespace, name, host, plan, versions } = app;
  const settings = {
    timeout: "10s",
    ...(plan.retries === null ? {} : { retries: { attempts: plan.retries, perTryTimeout: "2s" } }),
  };
  const to = (version: string | undefined): object => ({
    host,
    ...(version === undefined ? {} : { subset: version }),
    ...(plan.namesPort ? { port: { number: app.port } } : {}),
  });
  return networking("VirtualService", namespace, name, {
    hosts: [host],
    ...exportTo,
    http: [
      ...plan.matches.map((each) => ({
        name: each,
        match: [MATCHES[each]],
        route: [{ destination: to(versions[0]) }],
        ...settings,
      })),
      {
        name: "otherwise",
        route:
          versions.length === 1
            ? [{ destination: to(versions[0]) }]
            : [
                { destination: to(versions[0]), weight: plan.firstShare },
                { destination: to(versions[1]), weight: 100 - plan.firstShare },
              ],
        ...(plan.mirrors ? { mirror: { host: other.host }, mirrorPercentage: { value: 10 } } : {}),
        ...settings,
      },
    ],
  });
}

function tcpRoute({ namespace, name, host, versions, port }: DrawnApp): KubernetesObject {
  return networking("VirtualService", namespace, name, {
    hosts: [host],
    tcp: [
      { match: [{ port }], route: [{ destination: { host, subset: versions[0], port: { number: port } } }] },
    ],
  });
}

/** Who may call a service: the others of its namespace, and the gateway. */
export function accessObjects(app: DrawnApp, callers: readonly DrawnApp[], plan: Plan): KubernetesObject[] {
  const { namespace, name, protocol } = app;
  const principals = [
    `${plan.trustDomain}/ns/${EDGE}/sa/edge`,
    ...callers.map((caller) => `${plan.trustDomain}/ns/${caller.namespace}/sa/${caller.name}`),
  ];
  const operations: Readonly<Record<AppPlan["operation"], object | undefined>> = {
    none: undefined,
    ports: { ports: ["8000"] },
    methods: protocol === "tcp" ? undefined : { methods: ["GET", "POST"] },
    paths: protocol === "tcp" ? undefined : { paths: ["/wines/*"], methods: ["GET"] },
  };
  const operation = operations[app.plan.operation];
  return [
    security("AuthorizationPolicy", namespace, `allow-to-${name}`, {
      selector: { matchLabels: { app: name } },
      action: "ALLOW",
      rules: [
        { from: [{ source: { principals } }], ...(operation === undefined ? {} : { to: [{ operation }] }) },
      ],
    }),
  ];
}

/** What holds for a namespace as a whole, or for one of its services. */
export function namespaceObjects(
  name: string,
  each: Plan["namespaces"][number],
  apps: readonly DrawnApp[],
  { revision }: Plan,
): KubernetesObject[] {
  const [first] = apps;
  const app = first?.name ?? "";
  const egress = {
    own: ["./*", `${ROOT}/*`],
    named: [`./${app}.${name}.svc.cluster.local`, "./*", `${ROOT}/*`],
    everyone: ["*/*"],
  }[each.sidecar];
  const selector = { selector: { matchLabels: { app } } };
  const accessLogging = [{ providers: [{ name: "envoy" }], filter: { expression: "response.code >= 400" } }];
  return [
    object(
      "v1",
      "Namespace",
      "",
      name,
      {},
      {
        labels:
          each.enrolment === "revision" ? { "istio.io/rev": revision } : { "istio-injection": "enabled" },
      },
    ),
    networking("Sidecar", name, "default", { egress: [{ hosts: egress }] }),
    security(
      "PeerAuthentication",
      name,
      "strict",
      each.peer === "wide"
        ? { mtls: { mode: "STRICT" } }
        : {
            ...selector,
            mtls: { mode: "STRICT" },
            ...(each.peer === "ports" ? { portLevelMtls: { "8000": { mode: "STRICT" } } } : {}),
          },
    ),
    telemetry(name, "logs", { ...(each.telemetry === "wide" ? {} : selector), accessLogging }),
  ];
}

/** The routes from the gateways into a namespace. */
export function exposureObjects(app: DrawnApp, { edge }: Plan): KubernetesObject[] {
  const host = edge.wildcard ? "shop.example.com" : hostsOf(edge)[0]?.slice("*/".length);
  const destination = `${app.name}.${app.namespace}.svc.cluster.local`;
  return [
    networking("VirtualService", EDGE, "shop", {
      hosts: [host],
      gateways: ["edge"],
      http: [
        {
          route: [{ destination: { host: destination, port: { number: app.port } } }],
          timeout: "15s",
        },
      ],
    }),
    ...(edge.api
      ? [
          object("gateway.networking.k8s.io/v1", "HTTPRoute", app.namespace, "routes", {
            spec: {
              parentRefs: [{ name: "api", namespace: EDGE }],
              hostnames: ["routes.example.com"],
              rules: [
                {
                  matches: [{ path: { type: "PathPrefix", value: "/wines" } }],
                  backendRefs: [{ name: app.name, port: app.port }],
                  timeouts: { request: "10s" },
                },
              ],
            },
          }),
        ]
      : []),
  ];
}
