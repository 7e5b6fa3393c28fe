import { UNKNOWN } from "../kubernetes-object";
import { clientTls, describeLevel, type ClientTls } from "../model/client-tls";
import type { DestinationRuleView } from "../model/destination-rule";
import { known } from "../reader";
import type { Rule, Verdict } from "../rule";

export const egressTlsVerified: Rule = {
  id: "egress-tls-verified",
  group: "egress",
  title: "Clients look at the server's certificate",
  description:
    "A DestinationRule makes proxies begin TLS without checking who answers, for the host, a port or a subset: whoever is on the way can pose as the server.",
  severity: "high",
  level: "mandatory",
  scope: "resource",
  anchors: ["IST0128", "IST0129"],
  fix: "Set caCertificates, the path of the authorities in the proxy (system for those of the image), and subjectAltNames",
  docs: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings",
  *check(model) {
    for (const rule of model.destinationRules.all) {
      for (const place of clientTls(rule)) yield* judge(rule, place);
    }
  },
};

function* judge(rule: DestinationRuleView, place: ClientTls): Iterable<Verdict> {
  const { tls, mode, level } = place;
  const { object } = rule;
  if (mode === UNKNOWN) {
    yield object.wait(tls.get("mode").path);
    return;
  }
  if (mode !== "SIMPLE" && mode !== "MUTUAL") return;
  const anchor = level === "destination" ? ["IST0128"] : level === "port" ? ["IST0129"] : [];
  const where = `TLS to "${rule.host}" (${describeLevel(place)})`;
  const authorities = tls.get("caCertificates");
  const credential = tls.get("credentialName");
  if (authorities.isUnknown || credential.isUnknown || tls.get("insecureSkipVerify").isUnknown) {
    yield object.wait(tls.path);
    return;
  }
  if (tls.get("insecureSkipVerify").boolean() === true) {
    yield object.report(
      tls.get("insecureSkipVerify").path,
      `${where} skips the check of the server's certificate: whoever answers is taken for the server`,
      { anchors: hasAuthorities(place, rule) ? [] : anchor, fix: "Remove insecureSkipVerify" },
    );
    return;
  }
  if (!hasAuthorities(place, rule)) {
    const because = credential.isPresent
      ? ": credentialName is read only where the rule has a workloadSelector"
      : ": it takes the authorities of the proxy's image, where istiod has not switched that off";
    yield object.report(tls.path, `${where} names no caCertificates${because}`, {
      anchors: anchor,
      level: "advisory",
    });
  }
  if (
    tls.get("subjectAltNames").items().length === 0 &&
    !tls.get("subjectAltNames").isUnknown &&
    !isNamed(rule)
  )
    yield object.report(
      tls.path,
      `${where} names no subjectAltNames, and a wildcard host says nothing of the name: any certificate of the authority is taken`,
      {
        anchors: [],
        fix: "Set subjectAltNames to the names that the server's certificate has",
        level: "advisory",
      },
    );
}

function hasAuthorities({ tls }: ClientTls, rule: DestinationRuleView): boolean {
  const authorities = known(tls.get("caCertificates").text()) ?? "";
  return (
    authorities !== "" || ((known(tls.get("credentialName").text()) ?? "") !== "" && rule.hasWorkloadSelector)
  );
}

function isNamed({ host }: DestinationRuleView): boolean {
  return !host.startsWith("*");
}
