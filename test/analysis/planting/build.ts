import type { KubernetesObject } from "../../../analysis";
import { ambientObjects, machineObjects } from "./ambient-objects";
import {
  accessObjects,
  exposureObjects,
  namespaceObjects,
  routingObjects,
  workloadObjects,
  type DrawnApp,
} from "./app-objects";
import type { Certificates } from "./certificates";
import { idOf, Mesh } from "./mesh";
import type { Plan } from "./plan";
import { edgeObjects, externalObjects, platformObjects } from "./platform-objects";

const NAMESPACES = ["bookinfo", "payments", "search"];
const NAMES = [
  ["reviews", "ratings", "details"],
  ["cards", "ledger", "invoices"],
  ["index", "query", "suggest"],
];

/** How services are routed and guarded: by plain objects, or by whatever writes them. */
export type Wiring = (apps: readonly DrawnApp[], plan: Plan) => readonly KubernetesObject[];

/** The mesh of a plan. */
export function build(plan: Plan, certificates: Certificates, wire: Wiring = byHand): Mesh {
  const apps = plan.namespaces.map((each, index) =>
    each.apps.map((app, place) =>
      appOf(app, NAMESPACES[index] ?? "", NAMES[index]?.[place] ?? "", place === 0),
    ),
  );
  const all = apps.flat();
  const [exposed] = all;
  if (exposed === undefined) throw new Error("a plan has a service");
  const wired = wire(all, plan);
  const rewritten = new Set(wired.map(idOf));
  return new Mesh(
    [
      ...[
        ...platformObjects(plan),
        ...edgeObjects(plan, certificates),
        ...externalObjects(plan),
        ...ambientObjects(plan),
        ...machineObjects(plan),
        ...plan.namespaces.flatMap((each, index) =>
          namespaceObjects(NAMESPACES[index] ?? "", each, apps[index] ?? [], plan),
        ),
        ...all.flatMap(workloadObjects),
        ...exposureObjects(exposed, plan),
      ].filter((object) => !rewritten.has(idOf(object))),
      ...wired,
    ],
    all,
  );
}

/** The first service of each namespace speaks HTTP and has two versions, so that every fault finds a place. */
function appOf(
  plan: Plan["namespaces"][number]["apps"][number],
  namespace: string,
  name: string,
  isFirst: boolean,
): DrawnApp {
  const protocol = isFirst && plan.protocol === "tcp" ? "http" : plan.protocol;
  const kind = isFirst && plan.kind === "DaemonSet" ? "Deployment" : plan.kind;
  const count = isFirst ? Math.max(plan.versions, 2) : plan.versions;
  return {
    namespace,
    name,
    protocol,
    versions: Array.from({ length: count }, (_, index) => `v${index + 1}`),
    port: plan.port,
    host: plan.completeHost ? `${name}.${namespace}.svc.cluster.local` : name,
    plan: { ...plan, kind },
  };
}

function byHand(apps: readonly DrawnApp[], plan: Plan): readonly KubernetesObject[] {
  return apps.flatMap((app, index) => {
    const others = apps.filter((other) => other.namespace === app.namespace && other !== app);
    const next = others[index % Math.max(others.length, 1)] ?? app;
    return [...routingObjects(app, next), ...accessObjects(app, others, plan)];
  });
}
