import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { annotationFacts } from "../model/annotation-facts";
import { annotationValues } from "../model/annotation-values";
import { kinds, podTemplates } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";
import { enumerate, nearest } from "../text";

/** Options of {@link installStableSurface}. */
export interface StableSurfaceOptions {
  /** Report annotations in alpha too; Istio's own templates carry some. */
  readonly reportAlpha: boolean;
}

/** Istio writes these by itself. */
const writtenByIstio: ReadonlySet<string> = new Set([
  "sidecar.istio.io/status",
  "gateway.istio.io/controller-version",
  "istio.io/rev",
]);

export const installStableSurface: Rule<StableSurfaceOptions> = {
  id: "install-stable-surface",
  group: "install",
  title: "Annotations and fields mean what they say",
  description:
    "An annotation of Istio is unknown, stands on a kind that it means nothing on, has a value that is refused, or is deprecated; or a deprecated field or kind is used that a later release drops.",
  severity: "low",
  level: "advisory",
  scope: "stack",
  anchors: ["IST0002", "IST0107", "IST0108", "IST0125", "IST0135", "IST0136"],
  fix: "Use the annotation that the reference lists for this kind, or the field that replaces it",
  docs: "https://istio.io/latest/docs/reference/config/annotations/",
  options: {
    reportAlpha: {
      type: "boolean",
      description: "Whether annotations in alpha are reported too; Istio's own templates carry some.",
      default: false,
    },
  },
  *check(model, options) {
    for (const namespace of model.ofKind(kinds.namespace))
      yield* checkAnnotations(namespace, namespace.root.get("metadata"), "Namespace", options);
    for (const service of model.ofKind(kinds.service))
      yield* checkAnnotations(service, service.root.get("metadata"), "Service", options);
    for (const [groupKind, path] of podTemplates) {
      for (const object of model.ofKind(groupKind)) {
        const template = path.reduce((value, field) => value.get(field), object.root);
        // Annotations for pods do nothing on the object that makes the pods.
        if (path.length > 0)
          yield* checkAnnotations(object, object.root.get("metadata"), object.kind, options);
        yield* checkAnnotations(object, template.get("metadata"), "Pod", options);
      }
    }
    yield* checkDeprecated(model);
  },
};

function checkAnnotations(
  object: MeshObject,
  metadata: Value,
  kind: string,
  options: StableSurfaceOptions,
): Iterable<Verdict> {
  const annotations = metadata.get("annotations").entries();
  if (annotations.length === 0) return [];
  const hasLabel = metadata.get("labels").has("sidecar.istio.io/inject");
  return judgeAnnotations(object, annotations, hasLabel, kind, options);
}

function* judgeAnnotations(
  object: MeshObject,
  annotations: readonly (readonly [string, Value])[],
  hasLabel: boolean,
  kind: string,
  { reportAlpha }: StableSurfaceOptions,
): Iterable<Verdict> {
  for (const [name, value] of annotations) {
    const [domain = ""] = name.split("/");
    if (!(name.includes("/") && domain.endsWith("istio.io")) && name !== "kubernetes.io/ingress.class")
      continue;
    if (writtenByIstio.has(name)) continue;
    const fact = annotationFacts.get(name);
    if (fact === undefined) {
      const near = nearest(name, annotationFacts.keys());
      const hint = near === undefined ? "" : `; did you mean "${near}"?`;
      yield object.report(value.path, `Istio knows no annotation "${name}"${hint}`, { anchors: ["IST0108"] });
      continue;
    }
    if (fact.deprecated === true && !(name === "sidecar.istio.io/inject" && hasLabel)) {
      const instead = name === "sidecar.istio.io/inject" ? "; the label of that name replaces it" : "";
      yield object.report(value.path, `the annotation "${name}" is deprecated${instead}`, {
        anchors: ["IST0135"],
      });
    }
    if (reportAlpha && fact.status === "alpha")
      yield object.report(value.path, `the annotation "${name}" is in alpha and may change`, {
        anchors: ["IST0136"],
      });
    if (fact.kinds.includes("Any")) continue;
    if (!fact.kinds.includes(kind)) {
      yield object.report(
        value.path,
        `the annotation "${name}" means nothing on a ${kind}, only on ${enumerate(fact.kinds)}`,
        {
          anchors: ["IST0107"],
          ...(fact.kinds.includes("Pod") && kind !== "Namespace" && kind !== "Service"
            ? { fix: "Move the annotation to the metadata of the pod template" }
            : {}),
        },
      );
      continue;
    }
    const text = value.text();
    if (text === UNKNOWN) yield object.wait(value.path);
    const expected = typeof text === "string" ? annotationValues.get(name)?.(text) : undefined;
    if (expected !== undefined)
      yield object.report(
        value.path,
        `the annotation "${name}" has value ${JSON.stringify(text)}; expected ${expected}`,
        { anchors: ["IST0125"] },
      );
  }
}

function* checkDeprecated(model: MeshModel): Iterable<Verdict> {
  const anchors = ["IST0002"];
  for (const { object, rules } of model.virtualServices) {
    for (const { value } of rules) {
      if (!value.has("fault")) continue;
      const percent = value.get("fault").get("delay").get("percent");
      if (typeof percent.number() === "number" && percent.number() !== 0)
        yield object.report(percent.path, "fault.delay.percent is deprecated; percentage.value replaces it", {
          anchors,
        });
    }
  }
  for (const sidecar of model.ofKind(kinds.sidecar)) {
    const proxy = sidecar.spec.get("outboundTrafficPolicy").get("egressProxy");
    if (proxy.isPresent)
      yield sidecar.report(
        proxy.path,
        "outboundTrafficPolicy.egressProxy is ignored; route to the egress gateway instead",
        {
          anchors,
        },
      );
  }
  for (const definition of model.ofKind(kinds.customResourceDefinition)) {
    if (definition.spec.get("group").text() !== "rbac.istio.io") continue;
    yield definition.report(
      "spec.group",
      `the kind ${known(definition.spec.get("names").get("kind").text()) ?? ""} of rbac.istio.io is gone; AuthorizationPolicy replaces it`,
      { anchors },
    );
  }
  const lightstep = new Set(
    model.config.raw
      .get("extensionProviders")
      .items()
      .flatMap((provider) => (provider.has("lightstep") ? (known(provider.get("name").text()) ?? []) : [])),
  );
  if (lightstep.size === 0) return;
  for (const telemetry of model.ofKind(kinds.telemetry)) {
    for (const tracing of telemetry.spec.get("tracing").items()) {
      for (const provider of tracing.get("providers").items()) {
        const name = known(provider.get("name").text());
        if (name !== undefined && lightstep.has(name))
          yield telemetry.report(
            provider.path,
            `the Lightstep provider "${name}" is deprecated; use an OpenTelemetry provider`,
            { anchors },
          );
      }
    }
  }
}
