import ipaddr from "ipaddr.js";
import { UNKNOWN } from "../kubernetes-object";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import type { Value } from "../reader";
import type { Rule, Verdict } from "../rule";

export const egressNoCatchAll: Rule = {
  id: "egress-no-catch-all",
  group: "egress",
  title: "Outside hosts have names",
  description:
    "A ServiceEntry declares every host, every host of a top-level domain, or every address, so REGISTRY_ONLY keeps nothing out, and its ports capture what was meant for others.",
  severity: "high",
  level: "mandatory",
  scope: "resource",
  anchors: [],
  fix: "Name the hosts that are called, or at least their own domain, as *.example.com",
  docs: "https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry",
  *check(model) {
    for (const object of model.ofKind(kinds.serviceEntry)) {
      for (const item of object.spec.get("hosts").items()) yield* checkHost(object, item);
      for (const item of object.spec.get("addresses").items()) yield* checkAddress(object, item);
    }
  },
};

function* checkHost(object: MeshObject, item: Value): Iterable<Verdict> {
  const host = item.text();
  if (host === UNKNOWN) yield object.wait(item.path);
  else if (host !== undefined && /^\*(\.[^.]+)?\.?$/.test(host))
    yield object.report(
      item.path,
      host === "*"
        ? "the host is *, which is every host"
        : `the host ${host} is every host of a top-level domain`,
    );
}

function* checkAddress(object: MeshObject, item: Value): Iterable<Verdict> {
  const address = item.text();
  if (address === UNKNOWN) yield object.wait(item.path);
  else if (address !== undefined && address.includes("/") && ipaddr.isValidCIDR(address)) {
    if (ipaddr.parseCIDR(address)[1] === 0)
      yield object.report(item.path, `the address ${address} is every address`);
  }
}
