import { load, loadAll } from "js-yaml";

import { isFields, type Fields } from "../../../../analysis/schema/value";
import type { TemplateFile } from "./template-files";

/** What the ConfigMap of an injector holds. */
export interface InjectorConfigMap {
  readonly templates: Readonly<Record<string, string>>;
  /** JSON that the templates read. */
  readonly values?: string;
}

/** The objects of a file: its documents, and the items of lists, as `kubectl get` prints several. */
function objectsOf(text: string): Fields[] {
  return loadAll(text)
    .filter(isFields)
    .flatMap((document) =>
      document["kind"] === "List" && Array.isArray(document["items"])
        ? document["items"].filter(isFields)
        : [document],
    );
}

function parsed(text: string): Fields {
  const config = load(text);
  return isFields(config) ? config : {};
}

/** Whether a file can hold an injector's ConfigMap; templates that deploy objects never hold one. */
export function mayHoldConfigMap({ text }: TemplateFile): boolean {
  return /["']?kind["']?\s*:\s*["']?ConfigMap\b/.test(text);
}

/**
 * The ConfigMaps of injectors in a file: those with a key `config` that has templates.
 *
 * @throws YAMLException when the file, or the configuration inside, is not YAML
 */
export function injectorConfigMaps({ text }: TemplateFile): InjectorConfigMap[] {
  return objectsOf(text).flatMap((object): InjectorConfigMap[] => {
    const data = object["data"];
    if (object["kind"] !== "ConfigMap" || !isFields(data) || typeof data["config"] !== "string") return [];
    const templates = parsed(data["config"])["templates"];
    if (!isFields(templates)) return [];
    const texts = Object.entries(templates).filter((entry): entry is [string, string] => {
      return typeof entry[1] === "string";
    });
    const values = data["values"];
    return [{ templates: Object.fromEntries(texts), ...(typeof values === "string" ? { values } : {}) }];
  });
}
