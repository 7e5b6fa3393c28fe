/** The templates by which the injector completes a gateway, as its annotation names them. */
export function templatesOf(further: readonly string[] = []): string {
  return ["gateway", ...further].join(",");
}
