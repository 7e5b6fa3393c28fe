import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { clientTls, describeLevel } from "../model/client-tls";
import type { DestinationRuleView } from "../model/destination-rule";
import { isInsideMesh } from "../model/mesh-hosts";
import { usesAutoMtls } from "../model/peer-authentication";
import type { Rule, Verdict } from "../rule";

export const mtlsClientNotDisabled: Rule = {
  id: "mtls-client-not-disabled",
  group: "mtls",
  title: "Clients keep mutual TLS inside the mesh",
  description:
    "A DestinationRule makes clients speak plaintext to a service of the mesh, for the host, a port or a subset, or, where mutual TLS is not automatic, forgets the TLS settings that a wider rule has.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["KIA0204"],
  fix: "Remove the tls block, so that mutual TLS is used where the server has it, or set its mode to ISTIO_MUTUAL",
  docs: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings",
  *check(model) {
    for (const rule of model.destinationRules.all) {
      if (!isInsideMesh(model, rule.host)) continue;
      for (const place of clientTls(rule)) {
        if (place.mode === UNKNOWN) yield rule.object.wait(place.tls.get("mode").path);
        else if (place.mode === "DISABLE")
          yield rule.object.report(
            place.tls.get("mode").isPresent ? place.tls.get("mode").path : place.tls.path,
            `clients of "${rule.host}" speak plaintext (${describeLevel(place)}): they have no identity there, and policies cannot tell them apart`,
            { anchors: [] },
          );
      }
      if (!usesAutoMtls(model.config)) yield* checkShadow(model, rule);
    }
  },
};

/** Without automatic mutual TLS, a rule that says nothing of TLS takes away what a wider one gave. */
function* checkShadow(model: MeshModel, rule: DestinationRuleView): Iterable<Verdict> {
  const policy = rule.object.spec.get("trafficPolicy");
  if (policy.get("tls").isPresent || policy.isUnknown) return;
  for (const { host, things } of model.destinationRules.covering(rule.host)) {
    if (host === rule.host) continue;
    const wider = things.find(
      (each) => each.object.spec.get("trafficPolicy").get("tls").get("mode").text() === "ISTIO_MUTUAL",
    );
    if (wider === undefined) continue;
    yield rule.object.report(
      "spec",
      `"${rule.host}" has no tls block, so clients drop the mutual TLS that "${wider.object.key}" asks for "${host}"`,
      { anchors: ["KIA0204"], fix: "Repeat trafficPolicy.tls with mode ISTIO_MUTUAL in this rule" },
    );
    return;
  }
}
