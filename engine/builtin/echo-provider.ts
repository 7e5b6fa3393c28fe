import { uuidFrom } from "../deterministic-id";
import type { CreateRequest, CreateResult, ResourceProvider } from "../provider";

/**
 * Stands in for a provider that has no offline form: a resource's outputs are its inputs, and whatever else the real
 * provider would add stays unknown to the program, as it does in `pulumi preview`.
 */
export function echoProvider(pkg: string): ResourceProvider {
  return {
    pkg,
    create(request: CreateRequest): Promise<CreateResult> {
      return Promise.resolve({ id: uuidFrom(request.urn), outputs: request.inputs });
    },
  };
}
