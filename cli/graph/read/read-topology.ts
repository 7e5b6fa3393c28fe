import { type Finding, type KubernetesObject, MeshModel, UNKNOWN } from "../../../analysis";
import { actionOf } from "../../../analysis/model/authorization";
import { kinds } from "../../../analysis/model/kinds";
import type { MeshObject } from "../../../analysis/model/mesh-object";
import { known } from "../../../analysis/reader";
import { type Topology, TOPOLOGY_VERSION, type TopologyNamespace } from "../topology";
import { Boxes, dataPlaneOf } from "./boxes";
import { readClusters } from "./clusters";
import { textOf } from "./describe";
import { Drafts } from "./drafts";
import { readGatewayApiRoutes } from "./gateway-api-routes";
import { readIstioRoutes } from "./istio-routes";
import { readPermissions } from "./permissions";

/** Kinds that hold for a whole namespace, or in the root namespace for the mesh, where they select nothing. */
const WIDE = [
  kinds.peerAuthentication,
  kinds.authorizationPolicy,
  kinds.requestAuthentication,
  kinds.telemetry,
];

/** `team-2` before `team-10`. */
const byNumber = new Intl.Collator("en", { numeric: true });

/**
 * Reads the mesh out of any set of objects. Nothing is judged: what makes no sense is shown as it is, and what rules found
 * stands beside it.
 */
export function readTopology(
  objects: readonly KubernetesObject[],
  findings: readonly Finding[],
  title: string,
): Topology {
  // No day matters: exceptions are a matter of the check.
  const model = new MeshModel(
    objects.map((object) => ({ object })),
    { today: "" },
  );
  const drafts = new Drafts();
  const boxes = new Boxes(model, drafts);
  readIstioRoutes(boxes);
  readGatewayApiRoutes(boxes);
  readPermissions(boxes);
  const own = clustersOf(model);
  readClusters(boxes, own);
  const names = [...new Set([...drafts.nodes].map(({ namespace }) => namespace))].filter(
    (name) => name !== "",
  );
  const wide = new Map(names.map((name) => [name, wideObjects(model, name).map((each) => drafts.key(each))]));
  const { findingsOf, ...drawn } = drafts.draw(findings);
  return {
    version: TOPOLOGY_VERSION,
    title,
    clusters: own,
    namespaces: names.sort(byNumber.compare).map((name): TopologyNamespace => {
      const mtls = boxes.mtlsOf(name);
      const dataPlane = dataPlaneOf(boxes.enrolmentOf(name));
      const about = wide.get(name) ?? [];
      return {
        name,
        ...(mtls === undefined ? {} : { mtls }),
        ...(dataPlane === undefined ? {} : { dataPlane }),
        defaultDeny: [name, model.config.rootNamespace].some((scope) => refusesAll(model, scope)),
        objects: about,
        findings: findingsOf(about),
      };
    }),
    ...drawn,
  };
}

/** The Namespace itself, and the policies that hold for all of it. */
function wideObjects(model: MeshModel, namespace: string): readonly MeshObject[] {
  const own = model.namespaces.get(namespace);
  const scopes = [...new Set([namespace, model.config.rootNamespace])];
  return [
    ...(own === undefined ? [] : [own]),
    ...WIDE.flatMap((kind) => scopes.flatMap((scope) => model.policies(kind).wideIn(scope))).map(
      ({ object }) => object,
    ),
  ];
}

/** An ALLOW policy without rules and selector. */
function refusesAll(model: MeshModel, namespace: string): boolean {
  return model
    .policies(kinds.authorizationPolicy)
    .wideIn(namespace)
    .some(({ object }) => {
      const rules = object.spec.get("rules");
      return actionOf(object) === "ALLOW" && !rules.isUnknown && rules.items().length === 0;
    });
}

/** The names of the clusters whose control plane the set holds. */
function clustersOf(model: MeshModel): string[] {
  const names = model.ofKind(kinds.deployment).flatMap((deployment) => {
    if (known(deployment.labels.get("app").text()) !== "istiod") return [];
    return deployment.spec
      .get("template")
      .get("spec")
      .get("containers")
      .items()
      .flatMap((container) => container.get("env").items())
      .filter((variable) => variable.get("name").text() === "CLUSTER_ID")
      .map((variable) => variable.get("value"))
      .filter((value) => value.raw !== UNKNOWN)
      .map(textOf);
  });
  return [...new Set(names)].sort();
}
