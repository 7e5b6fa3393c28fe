import * as pulumi from "@pulumi/pulumi";

import type { InputProblem } from "../../intent/problem";
import { AdmissionPolicies } from "../admission";
import { CertificateAuthority } from "../certificate-authority";
import { Cni } from "../cni";
import {
  Children,
  componentOptions,
  componentToken,
  readArguments,
  type MeshComponentOptions,
} from "../component";
import { ControlPlane } from "../control-plane";
import { Crds } from "../crds";
import { Injection } from "../enrolment";
import { Gateway } from "../gateway";
import { GatewayApiCrds } from "../gateway-api-crds";
import { GatewayCertificate, type GatewayCertificateArgs } from "../gateway-certificate";
import { MeshResources } from "../mesh-resources";
import { RateLimitService } from "../rate-limit-service";
import { RevisionTag } from "../revision-tag";
import { TelemetryStack } from "../telemetry-stack";
import { Ztunnel } from "../ztunnel";
import type { ServiceMeshArgs, ServiceMeshOptions } from "./args";
import type { PlannedCredential } from "./credentials";
import { MESH_RESOURCES, planServiceMesh } from "./plan";
import { SERVICE_MESH_SHAPE } from "./shape";

/**
 * Provisions a whole mesh, in the order in which its parts need each other: custom resource definitions, namespaces and
 * certificate authority, control plane with its webhooks ready, CNI agent and ztunnel, gateways, and then the objects that the typed mesh
 * compiles to. Destroying goes the other way.
 *
 * @throws MeshError with every problem of all parts and of the mesh, before anything is registered
 * @example
 * const mesh = new ServiceMesh("mesh", {
 *   mesh: shop, // what `defineMesh` returned
 *   namespaces: { bookinfo: { injection: "enabled" } },
 *   controlPlane: { autoscale: { min: 2 }, meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } } },
 *   gateways: { "istio-ingressgateway": { serviceType: "LoadBalancer" } },
 * });
 * // Workloads wait for the injector, not for the gateways.
 * new Deployment("reviews-v1", reviews, { dependsOn: mesh.injectionReady });
 */
export class ServiceMesh extends pulumi.ComponentResource {
  readonly controlPlane: ControlPlane;
  /** Absent where nothing on the nodes captures traffic, or something else installs it. */
  readonly cni: Cni | undefined;
  /** Absent without ambient. */
  readonly ztunnel: Ztunnel | undefined;
  /** Absent where it is not asked for. */
  readonly telemetry: TelemetryStack | undefined;
  /** Absent where no limit of the mesh needs it, or it runs elsewhere. */
  readonly rateLimit: RateLimitService | undefined;
  /** By the name of the Deployment and the Service. */
  readonly gateways: Readonly<Record<string, Gateway>>;
  /** The certificates of gateways that are made here, by `credentialName`. */
  readonly credentials: Readonly<Record<string, GatewayCertificate>>;
  /** Absent where istiod makes its own. */
  readonly certificateAuthority: CertificateAuthority | undefined;
  /** What a workload depends on to be created in its namespace, with its sidecar, and with its traffic captured. */
  readonly injectionReady: pulumi.Resource[];
  /** Addresses of the gateways' load balancers, by gateway; empty texts where there are none. */
  readonly gatewayAddresses: pulumi.Output<Record<string, string>>;
  /** The certificate that every workload trusts, PEM; empty where istiod makes its own. */
  readonly rootCertificatePem: pulumi.Output<string>;

  constructor(name: string, args: ServiceMeshArgs = {}, opts?: ServiceMeshOptions) {
    const { plan } = readArguments("ServiceMesh", name, args, opts, SERVICE_MESH_SHAPE, () => {
      const problems: InputProblem[] = [];
      return { plan: planServiceMesh(args, opts, problems, name), problems };
    });
    // A projection: the intent holds functions, which vanish on their way to the engine, and cycles, which never end.
    super(
      componentToken("ServiceMesh"),
      name,
      {
        mesh: args.mesh?.name,
        istioVersion: args.istioVersion,
        profile: args.profile,
        revision: args.revision,
        namespaces: Object.keys(plan.injection.namespaces),
        gateways: [...plan.gateways.keys()],
      },
      componentOptions(opts as pulumi.ComponentResourceOptions | undefined),
    );

    const children = new Children(this, name);
    const part = (...dependsOn: (pulumi.Resource | undefined)[]): MeshComponentOptions => ({
      parent: this,
      dependsOn: dependsOn.filter((resource) => resource !== undefined),
      ...(opts?.transform === undefined ? {} : { transform: opts.transform }),
    });

    const crds = plan.crds && new Crds(children.name("crds"), plan.crds, part());
    const gatewayApi =
      plan.gatewayApi && new GatewayApiCrds(children.name("gateway-api"), plan.gatewayApi, part());
    const namespaces = new Injection(children.name("namespaces"), plan.injection, part());
    this.certificateAuthority =
      plan.certificateAuthority &&
      new CertificateAuthority(
        children.name("certificate-authority"),
        plan.certificateAuthority,
        part(namespaces),
      );
    this.controlPlane = new ControlPlane(
      children.name("control-plane"),
      plan.controlPlane,
      part(crds, gatewayApi, namespaces, this.certificateAuthority),
    );
    const tags = plan.revisionTags.map(
      (tag) => new RevisionTag(children.name(`tag-${tag.tag}`), tag, part(namespaces, this.controlPlane)),
    );
    this.cni = plan.cni && new Cni(children.name("cni"), plan.cni, part(namespaces, this.controlPlane));
    this.ztunnel =
      plan.ztunnel &&
      new Ztunnel(children.name("ztunnel"), plan.ztunnel, part(namespaces, this.controlPlane, this.cni));
    this.injectionReady = [namespaces, this.controlPlane, ...tags, this.cni, this.ztunnel].filter(
      (ready) => ready !== undefined,
    );
    this.gateways = Object.fromEntries(
      [...plan.gateways].map(([gateway, gatewayArgs]) => [
        gateway,
        // Their traffic is their own: they need no agent on their node.
        new Gateway(children.name(gateway), gatewayArgs, part(namespaces, this.controlPlane, ...tags)),
      ]),
    );
    this.telemetry =
      plan.telemetry &&
      new TelemetryStack(
        children.name("telemetry"),
        plan.telemetry,
        part(crds, namespaces, this.controlPlane, ...Object.values(this.gateways)),
      );
    this.rateLimit =
      plan.rateLimit &&
      new RateLimitService(children.name("rate-limit"), plan.rateLimit, part(crds, ...this.injectionReady));
    this.credentials = Object.fromEntries(
      plan.credentials.map((credential) => [
        credential.credentialName,
        new GatewayCertificate(
          children.name(`credential-${credential.credentialName}`),
          this.signed(credential),
          part(namespaces),
        ),
      ]),
    );
    const admission =
      plan.admission && new AdmissionPolicies(children.name("admission"), plan.admission, part(namespaces));
    if (plan.manifests.length > 0) {
      new MeshResources(
        children.name(MESH_RESOURCES),
        { manifests: plan.manifests, rootNamespace: plan.rootNamespace },
        // A gateway that is told of a secret before it is there refuses connections until then.
        part(
          crds,
          gatewayApi,
          ...this.injectionReady,
          ...Object.values(this.gateways),
          ...Object.values(this.credentials),
          this.rateLimit,
          // What is agreed must be known before it is sent.
          admission,
        ),
      );
    }

    this.gatewayAddresses = pulumi.output(
      Object.fromEntries(Object.entries(this.gateways).map(([gateway, { address }]) => [gateway, address])),
    );
    this.rootCertificatePem = this.certificateAuthority?.rootCertificatePem ?? pulumi.output("");
    this.registerOutputs({
      gatewayAddresses: this.gatewayAddresses,
      rootCertificatePem: this.rootCertificatePem,
    });
  }

  /** A credential with the mesh's own authority, where it says no other signer. */
  private signed(credential: PlannedCredential): GatewayCertificateArgs {
    const { certificateAuthority } = this;
    if (credential.authority !== undefined || credential.issuer !== undefined) return credential;
    return certificateAuthority === undefined
      ? credential
      : { ...credential, authority: certificateAuthority };
  }
}
