import type { InputProblem } from "../../intent/problem";
import { istiodService } from "../control-plane/deployment";
import { controlPlaneNames } from "../control-plane/names";
import {
  injectorWebhooks,
  type InjectorWebhook,
  MESH_OBJECTS,
  type ValidatorWebhook,
  WAIT_FOR_CERTIFICATE,
} from "../control-plane/webhooks";
import type { ServiceObject } from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { labelProblems, printed } from "../problems";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import type { RevisionTagArgs } from "./args";

const DEFAULT_TAG = "default";

/** Every object of a tag. */
export interface RevisionTagObjects {
  /** The control plane under the name of the tag, for what is given its address. */
  readonly service: ServiceObject;
  readonly injectorWebhook: InjectorWebhook;
  /** For the tag `default`: the check of mesh objects that name no revision. */
  readonly validatorWebhook?: ValidatorWebhook;
}

/** Every problem of the arguments, none when they are fine. */
export function revisionTagProblems(args: RevisionTagArgs): InputProblem[] {
  const problems = [
    ...labelProblems("tag", args.tag),
    ...labelProblems("revision", args.revision),
    ...labelProblems("namespace", args.namespace),
  ];
  if (args.tag === args.revision && args.tag !== DEFAULT_TAG) {
    problems.push({
      id: "platform/tag-is-revision",
      path: "tag",
      message: "is also the name of the revision: every pod that names it would be injected twice",
      got: printed(args.tag),
      expected: "another name than the revision's",
      fix: "Rename the tag; namespaces can name the revision itself",
    });
  }
  return problems;
}

/** Builds every object of a tag. Pure: plain arguments give plain objects. */
export function revisionTagObjects({ tag, ...args }: RevisionTagArgs): RevisionTagObjects {
  const controlPlane = {
    namespace: args.namespace ?? DEFAULT_ROOT_NAMESPACE,
    revision: args.revision === "default" ? "" : (args.revision ?? ""),
  };
  const { namespace } = controlPlane;
  const { istiod, rev } = controlPlaneNames(controlPlane);
  // By the revision, the control plane knows the webhooks as its own and writes its certificate into them.
  const labels = { "istio.io/rev": rev, "istio.io/tag": tag, ...commonLabels("istiod") };
  const service = istiodService(controlPlane, `istiod-revision-tag-${tag}`);
  return {
    service: {
      ...service,
      metadata: { ...service.metadata, labels: { ...service.metadata.labels, ...labels } },
    },
    injectorWebhook: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingWebhookConfiguration",
      metadata: {
        name: `istio-revision-tag-${tag}${namespace === DEFAULT_ROOT_NAMESPACE ? "" : `-${namespace}`}`,
        annotations: WAIT_FOR_CERTIFICATE,
        labels: { app: "sidecar-injector", ...labels },
      },
      webhooks: injectorWebhooks(tag, controlPlane),
    },
    ...(tag === DEFAULT_TAG
      ? {
          validatorWebhook: {
            apiVersion: "admissionregistration.k8s.io/v1",
            kind: "ValidatingWebhookConfiguration",
            metadata: {
              name: "istiod-default-validator",
              annotations: WAIT_FOR_CERTIFICATE,
              labels: { app: "istiod", istio: "istiod", ...labels },
            },
            webhooks: [
              {
                name: "validation.istio.io",
                admissionReviewVersions: ["v1"],
                clientConfig: { service: { name: istiod, namespace, path: "/validate" } },
                // No `failurePolicy`, for the same reason as in the control plane's own webhook. Until istiod has
                // written its certificate into it, mesh objects are refused: what makes them depends on the tag.
                objectSelector: { matchExpressions: [{ key: "istio.io/rev", operator: "DoesNotExist" }] },
                rules: [MESH_OBJECTS],
                sideEffects: "None",
              },
            ],
          },
        }
      : {}),
  };
}
