import type { Value } from "../reader";
import { textsOf } from "./fields";
import { isDomain, isLabel } from "./names";
import type { Problems } from "./problem";

/** The gateways that a route names: `namespace/name`, a name alone, or the word `mesh`. */
export function checkGatewayNames(problems: Problems, list: Value): void {
  for (const [text, item] of textsOf(list)) {
    const slash = text.indexOf("/");
    if (slash === -1) {
      if (text.includes("."))
        problems.warn(
          item.path,
          `${JSON.stringify(text)} is the old form of a gateway's name; write namespace/name`,
        );
      if (!isDomain(text)) problems.refuse(item.path, `${JSON.stringify(text)} is no name of a gateway`);
      // istiod looks no further than a name without a namespace.
      return;
    }
    if (!isLabel(text.slice(0, slash)) || !isLabel(text.slice(slash + 1)))
      problems.refuse(item.path, `${JSON.stringify(text)} is no name of a gateway`);
  }
}
