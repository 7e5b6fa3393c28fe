import { imagePullSecrets } from "./pieces/images";
import { initContainer, sidecarContainer } from "./pieces/containers";
import { sidecarMetadata } from "./pieces/metadata";
import { resourceVariables } from "./pieces/resources";
import { podVariables } from "./pieces/variables";
import { sidecarVolumes } from "./pieces/pod-volumes";
import { block, lines, when } from "./template-text";

/** The template `sidecar`: what istiod lays over a workload's pod to put the proxy beside it. */
export const sidecarTemplate = lines(
  podVariables,
  resourceVariables,
  sidecarMetadata,
  block(
    "spec",
    when("or $captured $native", "initContainers:"),
    when("$captured", initContainer),
    when("not $native", "containers:"),
    sidecarContainer,
    sidecarVolumes,
    imagePullSecrets,
  ),
);
