import assert from "node:assert/strict";

import { loadAll } from "js-yaml";

import { cniObjects, listCniObjects } from "../../../components/platform/cni/objects";
import { cniProblems, cniSettings } from "../../../components/platform/cni/settings";
import { controlPlaneObjects, listObjects } from "../../../components/platform/control-plane/objects";
import {
  controlPlaneProblems,
  controlPlaneSettings,
} from "../../../components/platform/control-plane/settings";
import { gatewayObjects, listGatewayObjects } from "../../../components/platform/gateway/objects";
import { gatewayProblems, gatewaySettings } from "../../../components/platform/gateway/settings";
import { listZtunnelObjects, ztunnelObjects } from "../../../components/platform/ztunnel/objects";
import { ztunnelProblems, ztunnelSettings } from "../../../components/platform/ztunnel/settings";
import type { Case } from "./cases";
import type { AnyObject } from "./meaning";

/** Our objects for a case. */
export function built({ controlPlane, gateways, cni, ztunnel }: Case): AnyObject[] {
  if (controlPlane !== undefined) assert.deepEqual(controlPlaneProblems(controlPlane), []);
  gateways.forEach((gateway) => assert.deepEqual(gatewayProblems(gateway), []));
  if (cni !== undefined) assert.deepEqual(cniProblems(cni), []);
  if (ztunnel !== undefined) assert.deepEqual(ztunnelProblems(ztunnel), []);
  const objects = [
    ...(controlPlane === undefined
      ? []
      : listObjects(controlPlaneObjects(controlPlaneSettings(controlPlane)))),
    ...gateways.flatMap((gateway) => listGatewayObjects(gatewayObjects(gatewaySettings(gateway)))),
    ...(cni === undefined ? [] : listCniObjects(cniObjects(cniSettings(cni)))),
    ...(ztunnel === undefined ? [] : listZtunnelObjects(ztunnelObjects(ztunnelSettings(ztunnel)))),
  ];
  // Through JSON, as an engine would send them: this also shows that no Output hides in them.
  return JSON.parse(JSON.stringify(objects)) as AnyObject[];
}

/** Template texts are judged by the pods that they make; the comparison here is of their names. */
export function withTemplateNames(objects: AnyObject[]): AnyObject[] {
  return objects.map((object) => {
    const data = object["data"] as Record<string, string> | undefined;
    if (object.kind !== "ConfigMap" || data?.["config"] === undefined) return object;
    const [config] = loadAll(data["config"].replace(/^templates omitted.*\n/, "")) as [
      Record<string, unknown>,
    ];
    // What stands under `template` is a text as well, which no istiod since 1.10 evaluates.
    const { template: _, templates, ...rest } = config ?? {};
    const names = Array.isArray(templates) ? templates : Object.keys(templates as object);
    return { ...object, data: { ...data, config: JSON.stringify({ ...rest, templates: names.sort() }) } };
  });
}

/** The injected form of a gateway has no pod to compare until its template has been applied: only what is around it. */
export function withoutInjectedPod(objects: AnyObject[]): AnyObject[] {
  return objects.map((object) => {
    if (object.kind !== "Deployment" || !/gateway$/.test(object.metadata.name)) return object;
    const { template: _, ...spec } = object["spec"] as Record<string, unknown>;
    return { ...object, spec };
  });
}

/** Objects as they are compared. */
export const prepared = (objects: AnyObject[]): AnyObject[] => withoutInjectedPod(withTemplateNames(objects));
