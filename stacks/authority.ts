import * as pulumi from "@pulumi/pulumi";
import type { ServiceMeshArgs } from "../components/platform";
import type { Environment } from "./config";
import type { IssuedAuthority } from "./root";

/** The stack that keeps the offline root. */
const ROOT_STACK = "root";

/** Where this environment's certificate authority comes from. */
export function certificateAuthority(
  choice: Environment["certificateAuthority"],
): NonNullable<ServiceMeshArgs["certificateAuthority"]> {
  if (choice === "in-stack") return {};
  const stack = pulumi.getStack();
  const root = new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${ROOT_STACK}`);
  const mine = root.requireOutput("intermediates").apply((all: Record<string, IssuedAuthority>) => {
    const issued = all[stack];
    if (issued === undefined) {
      throw new pulumi.RunError(
        `stack "${ROOT_STACK}" has issued no intermediate for "${stack}": add it to meshwright:clusters in Pulumi.${ROOT_STACK}.yaml and deploy that stack first`,
      );
    }
    return issued;
  });
  return {
    issued: {
      certificatePem: mine.certificatePem,
      privateKeyPem: pulumi.secret(mine.privateKeyPem),
      rootCertificatePem: mine.rootCertificatePem,
      trustBundlePem: mine.trustBundlePem,
    },
  };
}
