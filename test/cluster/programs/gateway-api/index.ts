import { ServiceMesh } from "../../../../components/platform";
import { routable } from "../../../unit/compile/meshes";

new ServiceMesh("mesh", {
  mesh: routable(),
  api: "gateway-api",
  namespaces: {
    edge: { injection: "on-request", podSecurity: "restricted" },
    shop: {},
    orders: {},
    data: {},
  },
  gateways: { edge: { namespace: "edge" } },
});
