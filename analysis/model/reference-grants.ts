import type { MeshModel } from "../model";
import { known } from "../reader";
import { kinds } from "./kinds";

interface From {
  readonly groupKind: string;
  readonly namespace: string;
}

interface To extends From {
  readonly name: string;
}

/** A ReferenceGrant in the namespace of the target lets objects of a kind and namespace refer to it. */
export function isGranted(model: MeshModel, from: From, to: To): boolean {
  return model.ofKindIn(kinds.referenceGrant, to.namespace).some((grant) => {
    const { spec } = grant;
    return (
      spec
        .get("from")
        .items()
        .some(
          (each) =>
            `${known(each.get("group").text()) ?? ""}/${known(each.get("kind").text()) ?? ""}` ===
              from.groupKind && each.get("namespace").text() === from.namespace,
        ) &&
      spec
        .get("to")
        .items()
        .some((each) => {
          const name = known(each.get("name").text());
          const groupKind = `${known(each.get("group").text()) ?? ""}/${known(each.get("kind").text()) ?? ""}`;
          return groupKind === to.groupKind && (name === undefined || name === "" || name === to.name);
        })
    );
  });
}
