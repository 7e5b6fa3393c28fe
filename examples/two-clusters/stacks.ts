import * as pulumi from "@pulumi/pulumi";

/** Another stack of this program. */
export function stackOf(name: string): pulumi.StackReference {
  return new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${name}`);
}
