import { lookUp, type SloDeclaration } from "../references";
import { DEFAULT_BUCKETS, nearestBuckets, type SloIntent, usualReporter } from "../slo";
import type { ServiceIntent } from "../intent";
import { isHttpProtocol } from "../port";
import { at } from "./reader";
import { listPorts, nameEntry, nameOther, type Scope } from "./scope";
import { readDuration } from "./telemetry-providers";

const ID = "intent/slo";
const REPORTERS = ["source", "destination", "waypoint"] as const;

export function readSlos(scope: Scope, declarations: readonly SloDeclaration[]): SloIntent[] {
  const seen = new Map<string, string>();
  return declarations.flatMap(({ service: given, spec }, index): SloIntent[] => {
    const path = at("slo", index);
    const { reader } = scope;
    const service = readService(scope, given, path);
    const fields = reader.fields(spec, ID, path, ["availability", "latency", "days", "reporter"]);
    if (fields === undefined || service === undefined) return [];
    const other = seen.get(service.key);
    if (other !== undefined) {
      reader.report({
        id: "intent/duplicate-slo",
        path,
        message: `is about ${service.key}, whose promise was made already`,
        got: `${service.key} in ${other} and ${path}`,
        expected: "one promise for each service",
        fix: "say availability and latency of a service in one call",
      });
    }
    seen.set(service.key, path);
    const days =
      fields.get("days") === undefined ? 30 : reader.whole(fields.get("days"), ID, `${path}.days`, 1, 90);
    const reporter =
      fields.get("reporter") === undefined
        ? "usual"
        : reader.choice(fields.get("reporter"), ID, `${path}.reporter`, REPORTERS);
    const availability = fields.get("availability");
    const latency = fields.get("latency");
    if (availability === undefined && latency === undefined) {
      reader.report({
        id: ID,
        path,
        message: "promises nothing",
        got: { value: spec },
        expected: "availability, latency or both",
        fix: "say what the service promises, or remove the call",
      });
    }
    if (days === undefined || reporter === undefined) return [];
    const common = { service: service.key, days };
    const share =
      availability === undefined ? undefined : readShare(scope, availability, `${path}.availability`);
    const speed = latency === undefined ? undefined : readLatency(scope, latency, `${path}.latency`);
    const by = (kind: SloIntent["kind"], annotated: boolean): SloIntent["reporter"] =>
      reporter === "usual" ? usualReporter(kind, annotated) : reporter;
    return [
      ...(share === undefined
        ? []
        : [
            {
              ...common,
              name: `${service.key}-availability`,
              kind: "availability" as const,
              objective: share,
              reporter: by("availability", false),
            },
          ]),
      ...(speed === undefined
        ? []
        : [
            {
              ...common,
              name: `${service.key}-latency`,
              kind: "latency" as const,
              ...speed,
              reporter: by("latency", speed.annotated === true),
            },
          ]),
    ];
  });
}

function readService(scope: Scope, value: unknown, path: string): ServiceIntent | undefined {
  const found = lookUp(value);
  const foreign = found !== undefined && found.mesh !== scope.mesh;
  if (found === undefined || foreign || found.reference.kind !== "service") {
    return scope.reader.report({
      id: foreign ? "intent/foreign-service" : ID,
      path,
      message: foreign
        ? `belongs to ${nameOther(found.mesh.name, scope.mesh.name)}`
        : "is not a service that this mesh declares",
      got: foreign ? nameEntry(found, scope.mesh) : { value },
      expected: `a service of mesh ${JSON.stringify(scope.mesh.name)}`,
      fix: "declare the service in the catalogue and pass the object, not its name",
    });
  }
  const service = scope.services.get(found.reference.service);
  if (service !== undefined && !service.ports.some(({ protocol }) => isHttpProtocol(protocol))) {
    return scope.reader.report({
      id: "intent/protocol-mismatch",
      path,
      message: `is about requests, and no port of ${service.key} speaks HTTP`,
      got: listPorts(service),
      expected: "a port of protocol http, http2 or grpc",
      fix: "correct the port's protocol in the catalogue, or remove the promise",
    });
  }
  return service;
}

function readShare(scope: Scope, value: unknown, path: string): number | undefined {
  if (typeof value === "number" && value > 0 && value < 1) return value;
  return scope.reader.report({
    id: "intent/slo-objective",
    path,
    message: "is not a share that can be promised",
    got: { value },
    expected: "a number between 0 and 1, such as 0.999; 1 leaves no room for a single failure",
    fix: "write a share, not a percentage",
  });
}

function readLatency(
  scope: Scope,
  value: unknown,
  path: string,
): (Pick<SloIntent, "objective" | "annotated"> & { readonly under: number }) | undefined {
  const fields = scope.reader.fields(value, ID, path, ["p", "under", "buckets"]);
  if (fields === undefined) return undefined;
  const objective = readShare(scope, fields.get("p"), `${path}.p`);
  const under = readDuration(scope.reader, fields.get("under"), `${path}.under`);
  const buckets = scope.reader.choice(
    fields.get("buckets"),
    ID,
    `${path}.buckets`,
    ["default", "annotated"],
    "default",
  );
  if (under !== undefined && buckets === "default" && !DEFAULT_BUCKETS.includes(under)) {
    return scope.reader.report({
      id: "intent/slo-bucket",
      path: `${path}.under`,
      message:
        "is no boundary of the proxies' histogram, so nobody could tell which requests kept the promise",
      got: { value: fields.get("under") },
      expected: `${nearestBuckets(under).join(" or ")}, which are the nearest`,
      fix: 'choose one of these, or set buckets: "annotated": a ServiceWorkload then gives its proxies the boundary, and on other pods you put the annotation that slo() returns',
    });
  }
  if (objective === undefined || under === undefined) return undefined;
  return { objective, under, ...(buckets === "annotated" ? { annotated: true } : {}) };
}
