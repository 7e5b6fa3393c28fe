import { MeshError } from "../intent/problem";
import { show } from "../intent/show";
import type { ImportedCatalogue, ImportedServiceDeclaration } from "./imported-catalogue";
import { type ImportOptions, importServices, type Registry, wantedProblems } from "./import-services";
import { RegistryClient, RegistryFailure } from "./registry-client";
import { connectionProblems, type RegistryConnection } from "./registry-connection";

/** What every importer is told: where its registry is, and which services of it are wanted. */
export interface ImportRequest extends RegistryConnection, ImportOptions {
  readonly services?: Readonly<Record<string, ImportedServiceDeclaration>> | undefined;
  readonly all?: ImportedServiceDeclaration | undefined;
}

/** How one kind of registry is asked. */
export interface RegistryKind<Request> {
  readonly name: "Consul" | "Nomad";
  readonly tokenHeader: string;
  readonly registry: (client: RegistryClient, request: Request, subject: string) => Registry;
}

/**
 * Asks a registry for what is wanted of it.
 *
 * @throws MeshError with every problem of the request, or with the one for which the registry could not be asked
 */
export async function importFrom<Request extends ImportRequest>(
  { name, tokenHeader, registry }: RegistryKind<Request>,
  request: Request,
): Promise<ImportedCatalogue> {
  if (typeof request !== "object" || (request as unknown) === null) {
    throw new MeshError(`from${name}`, [
      {
        id: "discovery/argument",
        path: "options",
        message: request === undefined ? "is missing" : "is not an object",
        got: show(request),
        expected: "an object with address, and services or all",
        fix: `say where ${name} is, and which of its services are wanted`,
      },
    ]);
  }
  const wrong = [...connectionProblems(request), ...wantedProblems(request)];
  if (wrong.length > 0) throw new MeshError(`from${name}`, wrong);
  const { services, all } = request;
  const subject = `${name} at ${request.address}`;
  try {
    const client = await RegistryClient.connect(request, tokenHeader);
    return await importServices(
      registry(client, request, subject),
      services === undefined ? { all: all ?? "tcp" } : { services },
    );
  } catch (error) {
    if (error instanceof RegistryFailure) throw new MeshError(subject, [error.problem]);
    throw error;
  }
}
