import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { hasAuthority, isCredential, isFor, readCredential } from "../model/certificate";
import { isGranted } from "../model/reference-grants";
import { isCustomaryGateway } from "../model/gateways";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { known, knownTexts, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

export const gatewayCredentialValid: Rule = {
  id: "gateway-credential-valid",
  group: "gateway",
  title: "Gateways have the certificates that they name",
  description:
    "A gateway names a Secret that does not exist where its pods are, may not be used from there, lacks a key, does not parse, has ended, or is for other hosts: clients' handshakes fail.",
  severity: "critical",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0101", "IST0161"],
  fix: "Put a kubernetes.io/tls Secret with a certificate for these hosts into the namespace of the gateway's pods",
  docs: "https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/",
  *check(model) {
    for (const object of model.ofKind(kinds.gateway)) {
      for (const server of object.spec.get("servers").items()) yield* checkServer(model, object, server);
    }
    for (const object of model.ofKind(kinds.kubernetesGateway)) {
      for (const listener of object.spec.get("listeners").items())
        yield* checkListener(model, object, listener);
    }
  },
};

function* checkServer(model: MeshModel, object: MeshObject, server: Value): Iterable<Verdict> {
  const tls = server.get("tls");
  const names = [tls.get("credentialName"), ...tls.get("credentialNames").items()];
  const gateway = model.gateway(object.key);
  const [pod] = gateway?.pods.workloads ?? [];
  for (const value of names) {
    const name = value.text();
    // Secrets are read where the gateway's pods are; where these are not in the set, there are customs to go by.
    const isIstios = gateway !== undefined && isCustomaryGateway(gateway);
    const root = model.config.rootNamespace;
    const guess =
      isIstios && typeof name === "string" && model.find(kinds.secret, root, name) !== undefined
        ? root
        : object.namespace;
    const namespace = pod?.namespace ?? guess;
    if (name === UNKNOWN || namespace === UNKNOWN) yield object.wait(value.path);
    else if (name !== undefined && name !== "" && !name.includes("://"))
      yield* checkSecret(model, object, value, namespace, name, {
        hosts: knownTexts(server.get("hosts")).map((host) => host.slice(host.indexOf("/") + 1)),
        isMutual: known(tls.get("mode").text())?.includes("MUTUAL") === true,
        isPlaceKnown: pod !== undefined,
      });
  }
}

interface Demand {
  readonly hosts: readonly string[];
  readonly isMutual: boolean;
  readonly isPlaceKnown: boolean;
}

function* checkSecret(
  model: MeshModel,
  object: MeshObject,
  value: Value,
  namespace: string,
  name: string,
  demand: Demand,
): Iterable<Verdict> {
  const secret = model.find(kinds.secret, namespace, name);
  if (secret === undefined) {
    if (isIssued(model, namespace, name)) return;
    const isSettled = demand.isPlaceKnown && model.ofKindIn(kinds.secret, namespace).some(isCredential);
    yield object.report(
      value.path,
      `no Secret "${namespace}/${name}" exists in this set${elsewhere(model, name)}`,
      {
        anchors: ["IST0101"],
        // Secrets are often made by others, so that nobody has to write them down; not where this set makes some.
        ...(isSettled ? {} : { level: "advisory" }),
      },
    );
    return;
  }
  const { faults, waits, certificate } = readCredential(secret, model.today);
  if (waits) yield object.wait(value.path);
  for (const fault of faults)
    yield object.report(value.path, `Secret "${namespace}/${name}" cannot be used: ${fault}`, {
      anchors: ["IST0161"],
    });
  if (
    !waits &&
    demand.isMutual &&
    !hasAuthority(secret) &&
    model.find(kinds.secret, namespace, `${name}-cacert`) === undefined
  )
    yield object.report(
      value.path,
      `Secret "${namespace}/${name}" has no ca.crt, and there is no "${name}-cacert": client certificates cannot be checked`,
      { anchors: ["IST0161"] },
    );
  if (certificate === undefined) return;
  for (const host of demand.hosts) {
    if (host !== "*" && !isFor(certificate, host))
      yield object.report(
        value.path,
        `the certificate of Secret "${namespace}/${name}" is not for host "${host}"`,
        {
          anchors: [],
          fix: "Use a certificate that has the host among its subject alternative names",
        },
      );
  }
}

/** cert-manager will make it. */
function isIssued(model: MeshModel, namespace: string, name: string): boolean {
  return model
    .ofKindIn("cert-manager.io/Certificate", namespace)
    .some((each) => each.spec.get("secretName").text() === name);
}

function elsewhere(model: MeshModel, name: string): string {
  const found = model.ofKind(kinds.secret).find((each) => each.name === name);
  return found === undefined ? "" : `; "${found.key}" is in another namespace than the gateway's pods`;
}

function* checkListener(model: MeshModel, object: MeshObject, listener: Value): Iterable<Verdict> {
  const hostname = known(listener.get("hostname").text());
  for (const ref of listener.get("tls").get("certificateRefs").items()) {
    const kind = known(ref.get("kind").text()) ?? "Secret";
    const name = ref.get("name").text();
    const namespace = ref.get("namespace").text() ?? object.namespace;
    if (name === UNKNOWN || namespace === UNKNOWN || object.namespace === UNKNOWN) {
      yield object.wait(ref.path);
      continue;
    }
    if (kind !== "Secret" || name === undefined) continue;
    if (namespace !== object.namespace) {
      const from = { groupKind: object.groupKind, namespace: object.namespace };
      if (!isGranted(model, from, { groupKind: kinds.secret, namespace, name }))
        yield object.report(
          ref.path,
          `Secret "${namespace}/${name}" is in another namespace, and no ReferenceGrant there lets a Gateway of "${object.namespace}" use it`,
          { anchors: [], fix: `Create a ReferenceGrant in namespace "${namespace}" from Gateway to Secret` },
        );
    }
    yield* checkSecret(model, object, ref, namespace, name, {
      hosts: hostname === undefined ? [] : [hostname],
      isMutual: false,
      isPlaceKnown: true,
    });
  }
}
