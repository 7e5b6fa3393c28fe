import { block, item, lines } from "../injection/templates/template-text";

/** Name of the template, by which gateways and pods ask for it beside their own. */
export const SPIRE_TEMPLATE = "spire";

/**
 * Lays the socket of SPIRE over the empty folder in which the templates of proxies expect one, and marks the pod for
 * whoever registers workloads by label.
 */
export function spireTemplate(csiDriver: string): string {
  return lines(
    block("metadata", block("labels", 'spiffe.io/spire-managed-identity: "true"')),
    block(
      "spec",
      block(
        "volumes",
        item("name: workload-socket", block("csi", `driver: ${JSON.stringify(csiDriver)}`, "readOnly: true")),
      ),
    ),
  );
}
