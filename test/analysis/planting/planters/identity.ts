import { networking, security } from "../objects";
import type { Planter } from "../planter";
import { callersPolicy, destinationRule, ofApps, routed } from "../places";
import { at, listAt } from "../mesh";
import { EDGE, ROOT } from "../platform-objects";

/** What clients may say that a strict server does not take. */
const REFUSED = ["DISABLE", "SIMPLE"];

export const identity = {
  "mtls-mesh-strict": [
    {
      fault: "no policy of the mesh demands mutual TLS",
      plant: (mesh) => {
        mesh.remove(mesh.find("PeerAuthentication", ROOT, "default"));
        return mesh.find("ConfigMap", ROOT, "istio");
      },
    },
    {
      fault: "the policy of the mesh selects workloads",
      plant: (mesh, draw) => {
        const policy = mesh.find("PeerAuthentication", ROOT, "default");
        mesh.edit(policy, "spec.selector", { matchLabels: { app: draw.from(mesh.apps).name } });
        return mesh.find("ConfigMap", ROOT, "istio");
      },
    },
  ],
  "mtls-no-downgrade": [
    {
      fault: "a policy lets plaintext in",
      plant: (mesh, draw) =>
        mesh.edit(
          draw.from(mesh.of("PeerAuthentication")),
          "spec.mtls.mode",
          draw.from(["PERMISSIVE", "DISABLE"]),
        ),
    },
    {
      fault: "a port lets plaintext in",
      plant: (mesh, draw) => {
        const { namespace, name } = draw.from(mesh.apps);
        return mesh.add(
          security("PeerAuthentication", namespace, `${name}-ports`, {
            selector: { matchLabels: { app: name } },
            portLevelMtls: { "8000": { mode: draw.from(["PERMISSIVE", "DISABLE"]) } },
          }),
        );
      },
    },
  ],
  "mtls-client-not-disabled": [
    {
      fault: "clients of a service speak plaintext",
      plant: (mesh, draw) =>
        mesh.edit(destinationRule(mesh, routed(mesh, draw)[0]), "spec.trafficPolicy.tls", {
          mode: "DISABLE",
        }),
    },
    {
      fault: "clients of a subset speak plaintext",
      plant: (mesh, draw) => {
        const rule = destinationRule(mesh, routed(mesh, draw)[0]);
        const [index] = draw.placeIn(listAt(rule, "spec.subsets"));
        return mesh.edit(rule, `spec.subsets[${index}].trafficPolicy.tls`, { mode: "DISABLE" });
      },
    },
  ],
  "mtls-client-server-agree": [
    {
      fault: "clients of a service do not speak what its servers demand",
      plant: (mesh, draw) =>
        mesh.edit(destinationRule(mesh, routed(mesh, draw)[0]), "spec.trafficPolicy.tls", {
          mode: draw.from(REFUSED),
        }),
    },
    {
      fault: "clients of everything do not speak what the mesh demands",
      plant: (mesh, draw) =>
        mesh.add(
          networking("DestinationRule", ROOT, "all", {
            host: draw.from(["*.local", "*.svc.cluster.local"]),
            trafficPolicy: { tls: { mode: draw.from(REFUSED) } },
          }),
        ),
    },
  ],
  "mtls-peerauth-conflict": [
    {
      fault: "a policy once more, under another name",
      plant: (mesh, draw) => {
        const policy = draw.from(mesh.of("PeerAuthentication"));
        return [policy, mesh.copy(policy, `${policy.metadata.name}-again`)];
      },
    },
  ],
  "jwt-requires-authorization": [
    {
      fault: "nothing demands the token that is checked",
      plant: (mesh) => {
        mesh.remove(mesh.find("AuthorizationPolicy", EDGE, "users"));
        return mesh.find("RequestAuthentication", EDGE, "users");
      },
    },
    {
      fault: "a service checks tokens that nothing demands",
      plant: (mesh, draw) => {
        const { namespace, name } = draw.from(mesh.apps);
        return mesh.add(
          security("RequestAuthentication", namespace, `${name}-users`, {
            selector: { matchLabels: { app: name } },
            jwtRules: [{ issuer: "https://id.example.com", audiences: [name] }],
          }),
        );
      },
    },
  ],
  "jwt-claims-backed": [
    {
      fault: "nothing checks the token that is asked for",
      plant: (mesh) => {
        mesh.remove(mesh.find("RequestAuthentication", EDGE, "users"));
        return mesh.find("AuthorizationPolicy", EDGE, "users");
      },
    },
    {
      fault: "a service asks for a claim of tokens that nothing checks",
      plant: (mesh, draw) =>
        mesh.edit(callersPolicy(mesh, draw), "spec.rules[0].when", [
          { key: "request.auth.claims[groups]", values: ["staff"] },
        ]),
    },
  ],
  "jwt-rule-hardened": [
    {
      fault: "keys are fetched in plaintext",
      plant: (mesh, draw) =>
        mesh.edit(
          draw.from(mesh.of("RequestAuthentication")),
          "spec.jwtRules[0].jwksUri",
          "http://id.example.com/keys",
        ),
    },
    {
      fault: "tokens for others are taken",
      plant: (mesh, draw) =>
        mesh.edit(draw.from(mesh.of("RequestAuthentication")), "spec.jwtRules[0].audiences", undefined),
    },
  ],
  "authz-default-deny": [
    {
      fault: "nothing denies by default",
      plant: (mesh, draw) => {
        mesh.remove(
          ...mesh.of("AuthorizationPolicy").filter((each) => each.metadata.name === "allow-nothing"),
        );
        return draw.from(ofApps(mesh, "Namespace"));
      },
    },
  ],
  "authz-no-allow-all": [
    {
      fault: "everyone may call",
      plant: (mesh, draw) =>
        mesh.edit(callersPolicy(mesh, draw), "spec.rules", [
          draw.from<object>([
            {},
            { from: [{ source: { principals: ["*"] } }] },
            { from: [{ source: { namespaces: ["*"] } }] },
            { from: [{ source: { ipBlocks: ["0.0.0.0/0"] } }] },
          ]),
        ]),
    },
  ],
  "authz-safe-pattern": [
    {
      fault: "all but some may call",
      plant: (mesh, draw) =>
        mesh.edit(callersPolicy(mesh, draw), "spec.rules[0].from", [
          { source: { notNamespaces: [draw.from(mesh.apps).namespace] } },
        ]),
    },
    {
      fault: "a path is denied by its name",
      plant: (mesh, draw) => {
        const { namespace, name } = draw.from(mesh.apps);
        return mesh.add(
          security("AuthorizationPolicy", namespace, `${name}-admin`, {
            selector: { matchLabels: { app: name } },
            action: "DENY",
            rules: [{ to: [{ operation: { paths: ["/admin"] } }] }],
          }),
        );
      },
    },
  ],
  "authz-references-exist": [
    {
      fault: "a caller whose service account does not exist",
      plant: (mesh, draw) => {
        const policy = callersPolicy(mesh, draw);
        const [index, principal] = draw.placeIn(listAt(policy, "spec.rules.0.from.0.source.principals"));
        return mesh.edit(
          policy,
          `spec.rules[0].from[0].source.principals[${index}]`,
          `${String(principal)}s`,
        );
      },
    },
    {
      fault: "a caller of a trust domain that the mesh does not know",
      plant: (mesh, draw) => {
        const policy = callersPolicy(mesh, draw);
        const [index, principal] = draw.placeIn(listAt(policy, "spec.rules.0.from.0.source.principals"));
        return mesh.edit(
          policy,
          `spec.rules[0].from[0].source.principals[${index}]`,
          String(principal).replace(/^[^/]*/, "other.example"),
        );
      },
    },
    {
      fault: "a namespace that does not exist",
      plant: (mesh, draw) =>
        mesh.edit(callersPolicy(mesh, draw), "spec.rules[0].from", [
          { source: { namespaces: [`${draw.from(mesh.apps).namespace}s`] } },
        ]),
    },
  ],
  "authz-identity-needs-mtls": [
    {
      fault: "servers take plaintext only, and ask who calls",
      plant: (mesh, draw) => {
        const policy = callersPolicy(mesh, draw);
        const namespace = policy.metadata.namespace ?? "";
        mesh.remove(...mesh.of("PeerAuthentication").filter((each) => each.metadata.namespace === namespace));
        mesh.add(
          security("PeerAuthentication", namespace, "plain", {
            selector: at(policy, "spec.selector"),
            mtls: { mode: "DISABLE" },
          }),
        );
        return policy;
      },
    },
  ],
  "authz-target-exists": [
    {
      fault: "a policy selects labels that nobody carries",
      plant: (mesh, draw) => {
        const policy = callersPolicy(mesh, draw);
        const app = String(at(policy, "spec.selector.matchLabels.app"));
        return mesh.edit(policy, "spec.selector.matchLabels.app", `${app}-service`);
      },
    },
    {
      fault: "a policy for a Service that is not there",
      plant: (mesh, draw) => {
        const policy = callersPolicy(mesh, draw);
        const app = String(at(policy, "spec.selector.matchLabels.app"));
        const targeted = mesh.edit(policy, "spec.selector", undefined);
        return mesh.edit(targeted, "spec.targetRefs", [{ group: "", kind: "Service", name: `${app}s` }]);
      },
    },
  ],
  "authz-path-normalization": [
    {
      fault: "a method that HTTP does not have",
      plant: (mesh, draw) =>
        mesh.edit(callersPolicy(mesh, draw), "spec.rules[0].to", [
          { operation: { methods: [draw.from(["get", "FETCH", "Post"])] } },
        ]),
    },
    {
      fault: "paths are compared as clients spell them",
      plant: (mesh, draw) => {
        mesh.editConfig("pathNormalization.normalization", "NONE");
        return mesh.edit(callersPolicy(mesh, draw), "spec.rules[0].to", [
          { operation: { paths: ["/cart/*"] } },
        ]);
      },
    },
  ],
} as const satisfies Readonly<Record<string, readonly Planter[]>>;
