import { PolicyPack } from "@pulumi/policy";
import { meshwrightPolicies, type MeshwrightPackOptions } from "../../policies/index";

// A pack of one's own beside our rules.
export const pack = new PolicyPack("platform", {
  policies: [
    ...meshwrightPolicies({
      pack: "strict",
      rules: {
        "gateway-no-plaintext": { level: "advisory", allowedPorts: [8080] },
        "gateway-no-wildcard-host": { allowed: ["edge/public"] },
        "authz-default-deny": { excludeNamespaces: ["legacy"] },
        "traffic-weights-sane": "off",
        "schema-valid": { level: "mandatory" },
      },
      select: { groups: ["gateway", "traffic"], severities: ["high"], anchors: ["IST0101"] },
    }),
    { name: "own", description: "Ours.", validateStack: () => undefined },
  ],
});

export const options: readonly MeshwrightPackOptions[] = [
  // @ts-expect-error there is no such rule
  { rules: { "gateway-no-plain-text": "advisory" } },
  // @ts-expect-error there is no such level
  { rules: { "gateway-no-plaintext": "remediate" } },
  // @ts-expect-error the rule has no such option
  { rules: { "gateway-no-plaintext": { ports: [8080] } } },
  // @ts-expect-error ports are numbers
  { rules: { "gateway-no-plaintext": { allowedPorts: ["8080"] } } },
  // @ts-expect-error this rule has no options
  { rules: { "schema-valid": { allowedPorts: [8080] } } },
  // @ts-expect-error there is no such pack
  { pack: "lenient" },
];
