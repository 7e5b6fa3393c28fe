import { toYamlStream } from "../../../engine/manifests/yaml";
import type { TestStack } from "../../../testing";
import { type Call, evaluate, policiesOf } from "../../security/evaluator";

/** What reaches the workloads of a stack: calls, by names. */
export interface NamedCall {
  /** `service-account.namespace` in the caller's certificate; absent for plaintext. */
  readonly from?: string;
  /** `app.namespace` of the workload that is called, and the port that it listens on. */
  readonly to: string;
  readonly port: number;
  readonly method?: string;
  /** Absent where the port carries no HTTP. */
  readonly path?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The claims of a valid token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The name that TLS asks for. */
  readonly sni?: string;
}

const GATEWAYS: Readonly<Record<string, string>> = {
  "istio-ingressgateway": "ingressgateway",
  "istio-egressgateway": "egressgateway",
};

/** Whether the proxies of a stack let a call pass, as its AuthorizationPolicies say. */
export function judge(stack: TestStack): (call: NamedCall) => boolean {
  const policies = policiesOf(toYamlStream(stack.objects({ kind: "AuthorizationPolicy" }) as never, []));
  return ({ from, to, port, method = "GET", path, host, headers, claims, sni }) => {
    const [app = "", namespace = ""] = to.split(".");
    const [account, home] = from?.split(".") ?? [];
    const gateway = GATEWAYS[app];
    const call: Call = {
      to: { namespace, labels: gateway === undefined ? { app } : { istio: gateway }, port },
      ...(from !== undefined && { spiffe: `spiffe://cluster.local/ns/${home}/sa/${account}` }),
      ...(sni !== undefined && { sni }),
      ...(path !== undefined && {
        http: {
          method,
          path,
          ...(host !== undefined && { host }),
          ...(headers !== undefined && { headers }),
          ...(claims !== undefined && { claims }),
        },
      }),
    };
    return evaluate(policies, call, { rootNamespace: "istio-system", trustDomain: "cluster.local" }).allowed;
  };
}

/** The identity of the way in. */
export const EDGE = "istio-ingressgateway-service-account.istio-system";
