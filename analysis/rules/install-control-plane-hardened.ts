import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { isIstiod } from "../model/injection";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

export const installControlPlaneHardened: Rule = {
  id: "install-control-plane-hardened",
  group: "install",
  title: "The control plane opens no more than it must",
  description:
    "The control plane serves its debug interface or plaintext xDS, takes tokens that any pod's server could replay, or fetches signing keys from any address that a RequestAuthentication names.",
  severity: "medium",
  level: "advisory",
  scope: "stack",
  anchors: ["IST0175"],
  fix: "Set ENABLE_DEBUG_ON_HTTP=false, --grpcAddr= and JWT_POLICY=third-party-jwt, and block private addresses in BLOCKED_CIDRS_IN_JWKS_URIS",
  docs: "https://istio.io/latest/docs/ops/best-practices/security/#control-plane",
  *check(model) {
    for (const istiod of model.ofKind(kinds.deployment)) {
      if (!isIstiod(istiod) || istiod.located.isPatch === true) continue;
      for (const container of istiod.spec.get("template").get("spec").get("containers").items())
        yield* judge(model, istiod, container);
    }
  },
};

function* judge(model: MeshModel, istiod: MeshObject, container: Value): Iterable<Verdict> {
  const env = container.get("env");
  if (env.isUnknown) {
    yield istiod.wait(env.path);
    return;
  }
  const variable = (name: string): string | typeof UNKNOWN | undefined =>
    env
      .items()
      .find((each) => each.get("name").text() === name)
      ?.get("value")
      .text();
  if (isAnyOther(variable("ENABLE_DEBUG_ON_HTTP"), "false"))
    yield istiod.report(
      env.path,
      `istiod "${istiod.key}" serves its debug interface on the plaintext port 8080 to every pod that reaches it`,
      { anchors: [], fix: "Set the environment variable ENABLE_DEBUG_ON_HTTP to false" },
    );
  const args = container
    .get("args")
    .items()
    .map((item) => known(item.text()) ?? "");
  const at = args.findIndex((arg) => /^--grpcAddr(=|$)/.test(arg));
  const address = args[at] === "--grpcAddr" ? args[at + 1] : args[at]?.slice("--grpcAddr=".length);
  if (address !== "")
    yield istiod.report(
      container.get("args").path,
      `istiod "${istiod.key}" serves xDS in plaintext, without asking who calls, on ${address ?? ":15010"}`,
      { anchors: [], fix: 'Give istiod the argument "--grpcAddr=", which closes the plaintext port' },
    );
  if (variable("JWT_POLICY") === "first-party-jwt")
    yield istiod.report(
      env.path,
      `istiod "${istiod.key}" takes first-party tokens, which do not expire and are good for every audience`,
      { anchors: [], fix: "Set JWT_POLICY to third-party-jwt" },
    );
  const policies = model.ofKind(kinds.requestAuthentication);
  const blocked = variable("BLOCKED_CIDRS_IN_JWKS_URIS");
  if (policies.length > 0 && (blocked === undefined || blocked === ""))
    yield istiod.report(
      env.path,
      `istiod "${istiod.key}" fetches signing keys from whatever address a RequestAuthentication names (there are ${policies.length}), also inside the cluster's network`,
      { anchors: ["IST0175"], fix: "Set BLOCKED_CIDRS_IN_JWKS_URIS to the ranges that keys never come from" },
    );
}

function isAnyOther(value: string | typeof UNKNOWN | undefined, wanted: string): boolean {
  return value !== UNKNOWN && value !== wanted;
}
