import { imagePullSecrets } from "./pieces/images";
import { managedContainers, waypointArguments, waypointSecurity } from "./pieces/managed/container";
import { waypointEnvironment } from "./pieces/managed/environment";
import {
  autoscaler,
  deployment,
  disruptionBudget,
  documents,
  service,
  serviceAccount,
} from "./pieces/managed/objects";
import { waypointMounts, waypointVolumes } from "./pieces/managed/volumes";
import { json, lines, when } from "./template-text";

/** Where waypoints run, as the mesh's values say. */
const placement = lines(
  ...["affinity", "nodeSelector", "tolerations", "topologySpreadConstraints"].map((field) =>
    when(`.Values.global.waypoint.${field}`, `${field}: ${json(`.Values.global.waypoint.${field}`)}`),
  ),
);

/**
 * The template `waypoint`: what istiod deploys for Gateways of the classes `istio-waypoint` and `istio-east-west`. Ambient
 * mode must not capture a waypoint's own traffic, and a client prefers the waypoint that is near.
 */
export const waypointTemplate = documents(
  serviceAccount,
  deployment(
    '"istio.io/dataplane-mode" "none"',
    placement,
    managedContainers({
      arguments: waypointArguments,
      environment: waypointEnvironment,
      mounts: waypointMounts,
      resources: ".Values.global.waypoint.resources",
      security: waypointSecurity,
    }),
    waypointVolumes,
    imagePullSecrets,
  ),
  service(['(strdict "networking.istio.io/traffic-distribution" "PreferClose")']),
  autoscaler,
  disruptionBudget,
);
