import * as pulumi from "@pulumi/pulumi";

/** A text as a Secret's `data` holds it; a secret, however the text came. */
export function secretBase64(text: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.secret(pulumi.output(text).apply((plain) => Buffer.from(plain, "utf8").toString("base64")));
}
