import assert from "node:assert/strict";
import * as path from "node:path";
import { onApiServer, type OnApiServer, sharedCluster } from "./support/on-api-server";
import { likeOpenShift } from "./support/openshift";
import { requiresOwnCluster } from "./support/requires-cluster";

const PROGRAM = path.join(__dirname, "programs", "whole-mesh");

/** Kinds that no mesh is whole without; what a stack leaves out would be missed in no other way. */
const KINDS = [
  ...["ClusterRole", "ConfigMap", "DaemonSet", "Deployment", "HorizontalPodAutoscaler"],
  ...["MutatingWebhookConfiguration", "NetworkPolicy", "PodDisruptionBudget", "Role", "Secret", "Service"],
  ...["ServiceAccount", "ValidatingWebhookConfiguration"],
];

describe("a mesh with every part on a real API server", () => {
  before(function () {
    // Agents of the nodes and their rights are nothing to try in a cluster that is used.
    requiresOwnCluster(this);
  });
  const cluster = sharedCluster();

  const has = (...more: string[]) => ({
    cluster,
    further: (on: OnApiServer) => {
      it("has every kind of object that a mesh is made of", () => {
        const kinds = new Set(on.objects.map(({ kind }) => kind));
        assert.deepEqual(
          [...KINDS, ...more].filter((kind) => !kinds.has(kind)),
          [],
        );
      });
    },
  });

  onApiServer(
    "ambient, highly available, with a revision and tags",
    { cwd: PROGRAM, stack: "ambient" },
    has(),
  );
  onApiServer("ambient on GKE", { cwd: PROGRAM, stack: "ambient-gke" }, has("ResourceQuota"));
  onApiServer(
    "ambient on OpenShift",
    { cwd: PROGRAM, stack: "ambient-openshift" },
    { ...has("NetworkAttachmentDefinition"), prepare: likeOpenShift },
  );
  onApiServer(
    "the demonstration, with the agent that captures traffic, machines outside, and what their proxies are told",
    { cwd: PROGRAM, stack: "demo" },
    has("ProxyConfig", "Sidecar", "WorkloadEntry", "WorkloadGroup"),
  );
});
