import * as pulumi from "@pulumi/pulumi";

/**
 * A text as a Secret's `data` holds it; a secret, however the text came. What nobody has made, as under the mocks of a unit
 * test, is empty.
 */
export function secretBase64(text: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.secret(
    pulumi
      .output(text)
      .apply((plain: string | undefined) => Buffer.from(plain ?? "", "utf8").toString("base64")),
  );
}
