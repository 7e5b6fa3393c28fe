import { UNKNOWN } from "../kubernetes-object";
import { clientTls, describeLevel } from "../model/client-tls";
import { isClusterHost } from "../model/hosts";
import type { Rule } from "../rule";

/** It judges a rule by its own host, so that it says the same when the rule is registered and afterwards. */
export const mtlsClientNotDisabled: Rule = {
  id: "mtls-client-not-disabled",
  group: "mtls",
  title: "Clients keep mutual TLS inside the mesh",
  description:
    "A DestinationRule makes clients speak plaintext to a service of the cluster, for the host, a port or a subset: they have no identity there, and everyone on the way can read along.",
  severity: "high",
  level: "mandatory",
  scope: "resource",
  anchors: [],
  fix: "Remove the tls block, so that mutual TLS is used where the server has it, or set its mode to ISTIO_MUTUAL",
  docs: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings",
  remediable: true,
  *check(model) {
    for (const rule of model.destinationRules.all) {
      if (!isClusterHost(rule.host, model.config.clusterDomain)) continue;
      for (const place of clientTls(rule)) {
        const mode = place.tls.get("mode");
        if (place.mode === UNKNOWN) yield rule.object.wait(mode.path);
        else if (place.mode === "DISABLE")
          yield rule.object.report(
            mode.isPresent ? mode.path : place.tls.path,
            `clients of "${rule.host}" speak plaintext (${describeLevel(place)}): they have no identity there, and policies cannot tell them apart`,
            { edits: [{ path: mode.path, value: "ISTIO_MUTUAL" }] },
          );
      }
    }
  },
};
