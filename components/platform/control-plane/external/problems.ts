import type { InputProblem } from "../../../intent/problem";
import { inBrief, labelProblems, pathProblems, printed } from "../../problems";
import type { ControlPlaneArgs } from "../args";

/** Problems of a control plane that serves clusters which have none. */
export function externalProblems({ external, ...args }: ControlPlaneArgs): InputProblem[] {
  if (external?.configCluster === undefined) return [];
  const { discoveryAddress, rootCertificates, sharedMeshConfig } = external.configCluster;
  const path = "external.configCluster";
  const problems = [
    ...pathProblems(`${path}.rootCertificates`, rootCertificates),
    ...labelProblems(`${path}.sharedMeshConfig`, sharedMeshConfig),
  ];
  if (
    typeof discoveryAddress === "string" &&
    !/^[^\s/:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i.test(discoveryAddress)
  ) {
    problems.push({
      id: "platform/bad-address",
      path: `${path}.discoveryAddress`,
      message: "is not a host and a port",
      got: printed(discoveryAddress),
      expected: 'a text such as "istiod.example.com:15012"',
      fix: "Correct it",
    });
  }
  if (args.clusterName === undefined) {
    problems.push({
      id: "platform/unnamed-config-cluster",
      path: "clusterName",
      message: "is missing: istiod would take the config cluster for one that it does not know",
      got: "nothing",
      expected: "the name of the config cluster",
      fix: "Name the cluster",
    });
  }
  if (args.isDefault !== undefined) {
    problems.push({
      id: "platform/no-webhooks",
      path: "isDefault",
      message: "decides about webhooks of this cluster, which an external control plane has none of",
      got: printed(args.isDefault),
      expected: "no value here",
      fix: "Set it on the control plane of the config cluster",
    });
  }
  const { discoveryAddress: second } = args.meshConfig?.defaultConfig ?? {};
  if (second !== undefined) {
    problems.push({
      id: "platform/derived-field",
      path: "meshConfig.defaultConfig.discoveryAddress",
      message: "follows from an argument of its own",
      got: inBrief(second),
      expected: "no value here",
      fix: `Set the argument \`${path}.discoveryAddress\``,
    });
  }
  return problems;
}
