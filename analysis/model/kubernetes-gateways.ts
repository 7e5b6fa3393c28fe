import { UNKNOWN } from "../kubernetes-object";
import { known, Value } from "../reader";
import { kinds } from "./kinds";
import type { MeshObject } from "./mesh-object";

/** What Istio makes of a Gateway of the Gateway API: pods at the edge, or a waypoint inside an ambient mesh. */
export type GatewayRole = "gateway" | "waypoint";

const controllers: ReadonlyMap<string, GatewayRole> = new Map([
  ["istio", "gateway"],
  ["istio-east-west", "gateway"],
  ["istio-waypoint", "waypoint"],
]);

/** The labels that tell the pods of such a Gateway from all others. */
export const GATEWAY_NAME_LABEL = "gateway.networking.k8s.io/gateway-name";
export const GATEWAY_MANAGED_LABEL = "gateway.istio.io/managed";

const managedBy: Readonly<Record<GatewayRole, string>> = {
  gateway: "istio.io-gateway-controller",
  waypoint: "istio.io-mesh-controller",
};

/**
 * What istiod will run for a Gateway; `undefined` where it runs nothing: another controller's class, a class that stands
 * for a control plane elsewhere, or a Gateway that names an address, which a deployment made by hand serves.
 */
export function roleOfGateway(gateway: MeshObject, classes: readonly MeshObject[]): GatewayRole | undefined {
  const name = known(gateway.spec.get("gatewayClassName").text());
  if (name === undefined || gateway.spec.get("addresses").items().length > 0) return undefined;
  return roleOfClass(name, classes);
}

export function roleOfClass(name: string, classes: readonly MeshObject[]): GatewayRole | undefined {
  const own = controllers.get(name);
  if (own !== undefined) return own;
  const controller = classes
    .find((each) => each.name === name)
    ?.spec.get("controllerName")
    .text();
  if (controller === "istio.io/gateway-controller") return "gateway";
  return controller === "istio.io/mesh-controller" ? "waypoint" : undefined;
}

/** The name of the Deployment and the Service that istiod makes for a Gateway: with the class, but for a waypoint. */
export function nameOfGatewayService(gateway: MeshObject, role: GatewayRole): string | undefined {
  const className = known(gateway.spec.get("gatewayClassName").text());
  if (gateway.name === UNKNOWN || className === undefined) return undefined;
  return role === "waypoint" ? gateway.name : `${gateway.name}-${className}`;
}

/** The pod template that istiod will use for a Gateway, as far as rules ask for it. */
export function templateOfGateway(gateway: MeshObject, role: GatewayRole): Value {
  const infrastructure = gateway.spec.get("infrastructure");
  const own = infrastructure.get("labels").raw;
  const name = gateway.name === UNKNOWN ? UNKNOWN : gateway.name;
  const labels = infrastructure.get("labels").isUnknown
    ? UNKNOWN
    : {
        ...(typeof own === "object" ? own : {}),
        [GATEWAY_NAME_LABEL]: name,
        [GATEWAY_MANAGED_LABEL]: managedBy[role],
        "istio.io/dataplane-mode": "none",
      };
  const account = nameOfGatewayService(gateway, role);
  return new Value(
    {
      metadata: { labels },
      spec: {
        ...(account === undefined ? {} : { serviceAccountName: account }),
        containers: [{ name: "istio-proxy" }],
      },
    },
    "",
  );
}

export function kubernetesGateways(
  byKind: ReadonlyMap<string, readonly MeshObject[]>,
): readonly (readonly [MeshObject, GatewayRole])[] {
  const classes = byKind.get(kinds.gatewayClass) ?? [];
  return (byKind.get(kinds.kubernetesGateway) ?? []).flatMap((gateway) => {
    const role = roleOfGateway(gateway, classes);
    return role === undefined ? [] : [[gateway, role] as const];
  });
}
