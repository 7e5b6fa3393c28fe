export type { ExternalAuthorityArgs, IstioCsrArgs, KubernetesSignerArgs, SpireArgs } from "./args";
