import type * as pulumi from "@pulumi/pulumi";

import { combine } from "./combine";

/** Kinds of Istio's images beside the plain ones. */
export const ImageVariant = {
  /** With tools for looking around. */
  Debug: "debug",
  /** With nothing but the program. */
  Distroless: "distroless",
} as const;
export type ImageVariant = (typeof ImageVariant)[keyof typeof ImageVariant];

/** Where images come from. */
export interface ImageSource {
  readonly hub: pulumi.Input<string>;
  readonly tag: pulumi.Input<string>;
  readonly variant: ImageVariant | undefined;
}

/** The reference of one of Istio's images. A tag that names its variant already is left as it is. */
export function imageReference(name: string, { hub, tag, variant }: ImageSource): pulumi.Input<string> {
  return combine({ hub, tag }, (source) => {
    const suffix = variant === undefined || source.tag.endsWith(`-${variant}`) ? "" : `-${variant}`;
    return `${source.hub}/${name}:${source.tag}${suffix}`;
  });
}
