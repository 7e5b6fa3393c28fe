import { echoProvider } from "./builtin/echo-provider";
import { kubernetesProvider } from "./builtin/kubernetes-provider";
import type { ResourceProvider } from "./provider";

/** Finds who gives the resources of a package their values. */
export class ProviderRegistry {
  readonly #providers = new Map<string, ResourceProvider>([[kubernetesProvider.pkg, kubernetesProvider]]);
  /** Packages whose values are made here and must be the same in the next run. */
  readonly #stateful: ReadonlySet<string>;

  /** @param providers a later one replaces an earlier one of the same package, the built-in `kubernetes` included */
  constructor(providers: readonly ResourceProvider[]) {
    for (const provider of providers) this.#providers.set(provider.pkg, provider);
    this.#stateful = new Set(providers.map((provider) => provider.pkg));
  }

  /** The provider of a package. One that is not known gives every resource its inputs back. */
  of(pkg: string): ResourceProvider {
    let provider = this.#providers.get(pkg);
    if (provider === undefined) {
      provider = echoProvider(pkg);
      this.#providers.set(pkg, provider);
    }
    return provider;
  }

  /** Whether the resources of the package go into the state file. */
  keepsState(pkg: string): boolean {
    return this.#stateful.has(pkg);
  }
}
