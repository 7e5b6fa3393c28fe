import type { FieldsOf } from "../arguments/shape";
import { MANIFEST_SHAPE } from "../arguments/shared";
import type { MeshResourcesArgs } from "./mesh-resources";

export const MESH_RESOURCES_SHAPE = {
  manifests: { required: { list: MANIFEST_SHAPE } },
  rootNamespace: "string",
} satisfies FieldsOf<MeshResourcesArgs>;
