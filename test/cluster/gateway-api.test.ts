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
        ]);
      });
    },
  },
);
