export {
  DataplaneMode,
  type InjectionArgs,
  type NamespaceArgs,
  NamespaceOwnership,
  PodSecurity,
  SidecarInjection,
} from "./args";
export { Injection } from "./injection";
