import { dump } from "js-yaml";

import type { InjectorOptions } from "./injector-options";
import { injectionTemplates } from "./templates";

/**
 * The text for the key `config` of the ConfigMap `istio-sidecar-injector`: YAML with the injection policy, the selectors
 * and the templates that istiod evaluates.
 *
 * The templates read the values of {@link injectorValues}: both texts must be made with the same options.
 *
 * @param options without any, the configuration of the official `default` profile
 * @example
 * const data = { config: injectorConfig(options), values: injectorValues(options) };
 */
export function injectorConfig(options: InjectorOptions = {}): string {
  const injection = options.injection;
  return dump(
    {
      policy: injection?.autoInject ?? "enabled",
      alwaysInjectSelector: injection?.alwaysInjectSelector ?? [],
      neverInjectSelector: injection?.neverInjectSelector ?? [],
      injectedAnnotations: injection?.injectedAnnotations ?? null,
      defaultTemplates: injection?.defaultTemplates ?? ["sidecar"],
      templates: { ...injectionTemplates, ...injection?.templates },
    },
    { lineWidth: -1 },
  );
}
