import * as pulumi from "@pulumi/pulumi";
import { validateResourceOfType } from "@pulumi/policy";
import type { VirtualServiceManifest } from "../../components/compile/types";
import { DestinationRule, gatewayApi, PeerAuthentication, VirtualService } from "../../components/resources";

const metadata = { name: "reviews", namespace: "bookinfo" };

// A compiled manifest is taken as it is.
declare const manifest: VirtualServiceManifest;
export const whole = new VirtualService("whole", manifest);

// Leaves may be Outputs, also those that are unions.
export const outputs = new DestinationRule("outputs", {
  metadata: { ...metadata, labels: { app: pulumi.output("reviews") } },
  spec: {
    host: pulumi.output("reviews"),
    trafficPolicy: {
      tls: { mode: pulumi.output<"SIMPLE" | "MUTUAL">("SIMPLE"), insecureSkipVerify: pulumi.output(false) },
      connectionPool: { tcp: { maxConnections: Promise.resolve(10) } },
    },
  },
});

export const shape = new VirtualService("shape", {
  metadata,
  // @ts-expect-error how many routes there are may not depend on an Output
  spec: { http: pulumi.output([]) },
});

export const wrong = new PeerAuthentication("wrong", {
  metadata,
  // @ts-expect-error not a mode
  spec: { mtls: { mode: "ON" } },
});

export const unknownField = new VirtualService("unknown", {
  metadata,
  // @ts-expect-error no such field
  spec: { host: ["reviews"] },
});

export const otherKind = new DestinationRule("other", {
  metadata,
  // @ts-expect-error the kind of another class
  kind: "VirtualService",
  spec: { host: "reviews" },
});

// Outputs are typed and can be followed.
export const host: pulumi.Output<string | undefined> = whole.spec.apply((spec) => spec?.hosts?.[0]);
export const addresses: pulumi.Output<number> = gatewayApi.Gateway.get("public", "a/b").status.apply(
  (status) => status?.addresses?.length ?? 0,
);

// A policy for a class sees the plain type.
export const policy = validateResourceOfType(VirtualService, (virtualService, _args, report) => {
  for (const route of virtualService.spec.http ?? []) {
    const weight: number | undefined = route.route?.[0]?.weight;
    if (weight !== undefined && weight > 100) report(`weight ${weight}`);
    // @ts-expect-error no such field
    report(route.weight);
  }
});
