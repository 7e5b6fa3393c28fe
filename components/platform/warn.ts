import * as pulumi from "@pulumi/pulumi";

/**
 * Warns of something about a resource, once that is registered. The SDK prints in order, and holds back all that follows a
 * message about a resource that has no URN yet: one that could not be registered would silence the error that says why.
 */
export function warn(resource: pulumi.Resource, message: string): void {
  resource.urn.apply(() => void pulumi.log.warn(message, resource));
}
