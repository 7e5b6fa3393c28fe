/** The policy that tells what rules that stop a deployment see but cannot be sure of. */
export const HINTS = "hints";
