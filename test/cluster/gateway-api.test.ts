import assert from "node:assert/strict";
import * as path from "node:path";
import { onApiServer } from "./support/on-api-server";

const PROGRAM = path.join(__dirname, "programs", "gateway-api");
const GROUP = "gateway.networking.k8s.io";

onApiServer(
  "a mesh written for the Gateway API",
  { cwd: PROGRAM, stack: "dev" },
  {
    further: (on) => {
      it("takes what istiod says of a Gateway", async () => {
        // A definition's default status is stored with the first update, so istiod's comes before anything is compared.
        const status = {
          conditions: [
            {
              type: "Accepted",
              status: "True",
              reason: "Accepted",
              message: "",
              lastTransitionTime: "2026-01-01T00:00:00Z",
            },
          ],
        };
        const gateways = on.objects.filter(
          ({ apiVersion, kind }) => apiVersion === `${GROUP}/v1` && kind === "Gateway",
        );
        assert.equal(gateways.length, 2);
        for (const { metadata } of gateways) {
          const { code, stderr } = await on.cluster.kubectl([
            ...["patch", `gateways.${GROUP}`, metadata.name ?? "", "-n", metadata.namespace ?? ""],
            ...["--subresource=status", "--type=merge", "-p", JSON.stringify({ status })],
          ]);
          assert.equal(code, 0, stderr);
        }
      });

      it("has every kind of object that routes and gateways are written as, and no class, which istiod makes", () => {
        const kinds = new Set(
          on.objects.filter(({ apiVersion }) => apiVersion === `${GROUP}/v1`).map(({ kind }) => kind),
        );
        assert.deepEqual([...kinds].sort(), [
          "BackendTLSPolicy",
          "GRPCRoute",
          "Gateway",
          "HTTPRoute",
          "ReferenceGrant",
          "TCPRoute",
          "TLSRoute",
        ]);
      });
    },
  },
);
