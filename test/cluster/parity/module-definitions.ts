import type { CustomResourceDefinition } from "../../../components/resources/crds";
import { readDefinitions } from "../../../scripts/generate-resources/read-module";
import { pinnedSets } from "../../../scripts/generate-resources/sets";

/** The definitions as the Go modules publish them, word for word, or the reason why they cannot be had. */
export function moduleDefinitions(): readonly CustomResourceDefinition[] | string {
  try {
    return pinnedSets.flatMap(readDefinitions) as unknown as CustomResourceDefinition[];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return "Go, which gets the modules that publish the definitions, is not installed";
    return `the modules that publish the definitions cannot be had: ${message.split("\n")[0]}`;
  }
}
