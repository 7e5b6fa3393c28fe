export { fromCatalogueFile, type CatalogueFileOptions } from "./catalogue-file";
export { fromConsul, type ConsulOptions } from "./consul";
export { fromNomad, type NomadOptions } from "./nomad";
export type {
  ImportedCatalogue,
  ImportedService,
  ImportedSubset,
  ImportedServiceDeclaration,
} from "./imported-catalogue";
export type { RegistryConnection } from "./registry-connection";
