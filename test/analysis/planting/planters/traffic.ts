import type { KubernetesObject } from "../../../../analysis";
import { networking } from "../objects";
import type { Planter } from "../planter";
import type { Draw } from "../draw";
import { destinationRule, httpRule, misspelt, ofApps, routed, share, textAt } from "../places";
import { at, listAt, type Mesh } from "../mesh";
import { EDGE } from "../platform-objects";

/** The place of a number or text inside a VirtualService, written with dots. */
const dots = (path: string): string => path.replaceAll("[", ".").replaceAll("]", "");

function withRoute(mesh: Mesh, draw: Draw, path: string, value: unknown): KubernetesObject {
  const [, route] = routed(mesh, draw);
  return mesh.edit(route, `${share(route, draw)}.${path}`, value);
}

export const traffic = {
  "traffic-destination-exists": [
    {
      fault: "a route to a host that is misspelt",
      plant: (mesh, draw) => {
        const [, route] = routed(mesh, draw);
        const path = `${share(route, draw)}.destination.host`;
        const host = textAt(route, dots(path));
        return mesh.edit(route, path, host.replace(/^[^.]*/, misspelt));
      },
    },
    {
      fault: "a route to a port that the service does not open",
      plant: (mesh, draw) =>
        withRoute(mesh, draw, "destination.port", { number: 10_000 + draw.number(1000) }),
    },
    {
      fault: "a service is gone, its route is not",
      plant: (mesh, draw) => {
        const [app, route] = routed(mesh, draw);
        mesh.remove(mesh.find("Service", app.namespace, app.name));
        return route;
      },
    },
  ],
  "traffic-subset-exists": [
    {
      fault: "a route to a subset that is misspelt",
      plant: (mesh, draw) => withRoute(mesh, draw, "destination.subset", draw.from(["v9", "stable", "V1"])),
    },
    {
      fault: "the rule that defines the subsets is gone",
      plant: (mesh, draw) => {
        const [app, route] = routed(mesh, draw);
        mesh.remove(destinationRule(mesh, app));
        return route;
      },
    },
    {
      fault: "a subset with labels that no pod carries",
      plant: (mesh, draw) => {
        const [app] = routed(mesh, draw);
        const rule = destinationRule(mesh, app);
        const [index] = draw.placeIn(listAt(rule, "spec.subsets"));
        return mesh.edit(rule, `spec.subsets[${index}].labels.version`, draw.from(["v9", "1", "canary"]));
      },
    },
  ],
  "traffic-destinationrule-effective": [
    {
      fault: "a rule for a host that nobody declares",
      plant: (mesh, draw) => {
        const { namespace, name } = draw.from(mesh.apps);
        const host = draw.from([
          `${name}s`,
          `${name}.${namespace}`,
          `${name}s.${namespace}.svc.cluster.local`,
        ]);
        return mesh.add(
          networking("DestinationRule", namespace, `${name}-other`, {
            host,
            trafficPolicy: { loadBalancer: { simple: "RANDOM" } },
          }),
        );
      },
    },
  ],
  "traffic-single-owner": [
    {
      fault: "two routes own a host",
      plant: (mesh, draw) => {
        const [, route] = routed(mesh, draw);
        return [route, mesh.copy(route, `${route.metadata.name}-again`)];
      },
    },
    {
      fault: "two rules own a host",
      plant: (mesh, draw) => {
        const rule = draw.from(ofApps(mesh, "DestinationRule"));
        return [rule, mesh.copy(rule, `${rule.metadata.name}-again`)];
      },
    },
  ],
  "traffic-route-reachable": [
    {
      fault: "a rule for everything stands first",
      plant: (mesh, draw) => {
        const [, route] = routed(mesh, draw);
        const rules = listAt(route, "spec.http");
        return mesh.edit(route, "spec.http", [{ ...(rules.at(-1) as object), name: "all" }, ...rules]);
      },
    },
    {
      fault: "a rule stands behind one that takes all of its requests",
      plant: (mesh, draw) => {
        const [, route] = routed(mesh, draw);
        const rules = listAt(route, "spec.http");
        const last = rules.at(-1) as object;
        const prefix = draw.from(["/", "/wines"]);
        return mesh.edit(route, "spec.http", [
          { ...last, name: "wide", match: [{ uri: { prefix } }] },
          { ...last, name: "narrow", match: [{ uri: { exact: `${prefix}red` }, method: { exact: "GET" } }] },
          last,
        ]);
      },
    },
  ],
  "traffic-weights-sane": [
    {
      fault: "weights that do not add up to 100",
      plant: (mesh, draw) => {
        const [app, route] = routed(mesh, draw);
        const [path] = httpRule(route, draw);
        const destination = at(listAt(route, "spec.http.0.route")[0], "destination") as object;
        const weight = 10 + draw.number(40);
        return mesh.edit(route, `${path}.route`, [
          { destination, weight },
          {
            destination: { ...destination, subset: app.versions.at(-1), port: { number: app.port } },
            weight: 45,
          },
        ]);
      },
    },
    {
      fault: "a lone destination that gets a part",
      plant: (mesh, draw) => {
        const [, route] = routed(mesh, draw);
        const [path, rule] = httpRule(route, draw);
        const [first] = listAt(rule, "route");
        return mesh.edit(route, `${path}.route`, [{ ...(first as object), weight: 1 + draw.number(98) }]);
      },
    },
  ],
  "traffic-port-protocol": [
    {
      fault: "a port that says nothing of its protocol",
      plant: (mesh, draw) => {
        const service = draw.from(ofApps(mesh, "Service"));
        const bare = mesh.edit(service, "spec.ports[0].appProtocol", undefined);
        return mesh.edit(bare, "spec.ports[0].name", draw.from([undefined, "web", "main"]));
      },
    },
    {
      fault: "a protocol that Istio does not know",
      plant: (mesh, draw) =>
        mesh.edit(
          draw.from(ofApps(mesh, "Service")),
          "spec.ports[0].appProtocol",
          draw.from(["soap", "rest"]),
        ),
    },
    {
      fault: "a host outside with a protocol that Istio does not know",
      plant: (mesh, draw) =>
        mesh.edit(
          draw.from(mesh.of("ServiceEntry")),
          "spec.ports[0].protocol",
          draw.from(["SOAP", "SSL", "WS"]),
        ),
    },
  ],
  "traffic-service-ports": [
    {
      fault: "a service leads to a port that no container names",
      plant: (mesh, draw) =>
        mesh.edit(draw.from(ofApps(mesh, "Service")), "spec.ports[0].targetPort", "admin"),
    },
    {
      fault: "a service leads to a port that no container declares",
      plant: (mesh, draw) =>
        mesh.edit(draw.from(ofApps(mesh, "Service")), "spec.ports[0].targetPort", 9000 + draw.number(999)),
    },
  ],
  "traffic-sidecar-scope": [
    {
      fault: "two scopes for one namespace",
      plant: (mesh, draw) => {
        const sidecar = draw.from(ofApps(mesh, "Sidecar"));
        return [sidecar, mesh.copy(sidecar, "again")];
      },
    },
    {
      fault: "a scope with a host that nobody declares",
      plant: (mesh, draw) => {
        const sidecar = draw.from(ofApps(mesh, "Sidecar"));
        const { namespace, name } = draw.from(mesh.apps);
        return mesh.edit(sidecar, "spec.egress[0].hosts", [
          "./*",
          `${namespace}/${name}s.${namespace}.svc.cluster.local`,
        ]);
      },
    },
  ],
  "traffic-envoyfilter": [
    {
      fault: "a patch that has no effect on what it is applied to",
      plant: (mesh, draw) =>
        mesh.add(
          networking("EnvoyFilter", draw.from(mesh.apps).namespace, "patch", {
            configPatches: [
              draw.from<object>([
                { applyTo: "HTTP_ROUTE", patch: { operation: "ADD", value: {} } },
                { applyTo: "ROUTE_CONFIGURATION", patch: { operation: "REMOVE" } },
                { applyTo: "CLUSTER", patch: { operation: "REPLACE", value: {} } },
              ]),
            ],
          }),
        ),
    },
  ],
  "traffic-make-before-break": [
    {
      fault: "a route does not wait for the rule that defines its subset",
      plant: (mesh, draw) => {
        const [app, route] = routed(mesh, draw);
        mesh.forget(route, destinationRule(mesh, app));
        return route;
      },
    },
  ],
  "resilience-timeout-budget": [
    {
      fault: "a route without a timeout",
      plant: (mesh, draw) => {
        const [, route] = routed(mesh, draw);
        return mesh.edit(route, `${httpRule(route, draw)[0]}.timeout`, undefined);
      },
    },
    {
      fault: "tries that take longer than the timeout",
      plant: (mesh, draw) => {
        const [, route] = routed(mesh, draw);
        return mesh.edit(route, `${httpRule(route, draw)[0]}.retries`, {
          attempts: 5 + draw.number(5),
          perTryTimeout: "2s",
        });
      },
    },
  ],
  "resilience-failover-outlier": [
    {
      fault: "failover that never learns of a fault",
      plant: (mesh, draw) => {
        const rule = draw.from(ofApps(mesh, "DestinationRule"));
        const failover = draw.from<object>([
          { failover: [{ from: "eu", to: "us" }] },
          { failoverPriority: ["topology.kubernetes.io/zone"] },
        ]);
        const blind = mesh.edit(rule, "spec.trafficPolicy.outlierDetection", undefined);
        return mesh.edit(blind, "spec.trafficPolicy.loadBalancer", {
          simple: "ROUND_ROBIN",
          localityLbSetting: failover,
        });
      },
    },
    {
      fault: "a field that is ignored",
      plant: (mesh, draw) =>
        mesh.edit(
          draw.from(ofApps(mesh, "DestinationRule")),
          "spec.trafficPolicy.outlierDetection.consecutiveErrors",
          1 + draw.number(9),
        ),
    },
  ],
  "resilience-subset-policy-active": [
    {
      fault: "a policy of a subset that no route leads to",
      plant: (mesh, draw) => {
        const [app] = routed(mesh, draw);
        const rule = destinationRule(mesh, app);
        return mesh.edit(rule, `spec.subsets[${listAt(rule, "spec.subsets").length}]`, {
          name: "unused",
          labels: { version: draw.from(app.versions) },
          trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 + draw.number(99) } } },
        });
      },
    },
  ],
  "resilience-no-fault-in-prod": [
    {
      fault: "a fault that somebody forgot",
      plant: (mesh, draw) => {
        const [, route] = routed(mesh, draw);
        const percentage = { value: 1 + draw.number(99) };
        return mesh.edit(
          route,
          `${httpRule(route, draw)[0]}.fault`,
          draw.from<object>([
            { delay: { fixedDelay: "5s", percentage } },
            { abort: { httpStatus: 503, percentage } },
          ]),
        );
      },
    },
  ],
  "egress-registry-only": [
    {
      fault: "the mesh lets any host be called",
      plant: (mesh, draw) =>
        mesh.editConfig("outboundTrafficPolicy", draw.from([undefined, { mode: "ALLOW_ANY" }, {}])),
    },
    {
      fault: "a scope lets any host be called",
      plant: (mesh, draw) =>
        mesh.edit(draw.from(ofApps(mesh, "Sidecar")), "spec.outboundTrafficPolicy", { mode: "ALLOW_ANY" }),
    },
  ],
  "egress-no-catch-all": [
    {
      fault: "an entry for every host of a top-level domain",
      plant: (mesh, draw) =>
        mesh.edit(mesh.find("ServiceEntry", EDGE, "partner"), "spec.hosts[0]", draw.from(["*.com", "*.org"])),
    },
    {
      fault: "an entry for every address",
      plant: (mesh, draw) =>
        mesh.edit(
          mesh.find("ServiceEntry", EDGE, "warehouse"),
          "spec.addresses",
          draw.from([["0.0.0.0/0"], ["198.51.100.7", "::/0"]]),
        ),
    },
  ],
  "egress-tls-verified": [
    {
      fault: "nobody looks at the server's certificate",
      plant: (mesh, draw) => {
        const rule = mesh.find("DestinationRule", EDGE, "partner");
        return mesh.edit(
          rule,
          "spec.trafficPolicy.tls",
          draw.from<object>([{ mode: "SIMPLE", insecureSkipVerify: true }, { mode: "SIMPLE" }]),
        );
      },
    },
    {
      fault: "nobody looks at the server's certificate on one port",
      plant: (mesh) =>
        mesh.edit(mesh.find("DestinationRule", EDGE, "partner"), "spec.trafficPolicy.portLevelSettings", [
          { port: { number: 443 }, tls: { mode: "SIMPLE", insecureSkipVerify: true } },
        ]),
    },
  ],
  "egress-serviceentry-consistent": [
    {
      fault: "an entry once more, under another name",
      plant: (mesh, draw) => {
        const entry = draw.from(mesh.of("ServiceEntry"));
        const copy = mesh.copy(entry, `${entry.metadata.name}-again`);
        return [entry, draw.number(2) === 0 ? copy : mesh.edit(copy, "spec.ports[0].protocol", "TLS")];
      },
    },
    {
      fault: "a TCP port without an address",
      plant: (mesh) => {
        const entry = mesh.find("ServiceEntry", EDGE, "warehouse");
        return mesh.edit(mesh.edit(entry, "spec.addresses", undefined), "spec.resolution", "DNS");
      },
    },
  ],
} as const satisfies Readonly<Record<string, readonly Planter[]>>;
