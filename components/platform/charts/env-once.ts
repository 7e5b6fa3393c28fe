interface Containers {
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly env?: unknown }[] } };
  };
}

/**
 * The chart of istiod writes a variable twice where a value of its own is said otherwise in `pilot.env`. The later one
 * counts, and server-side apply refuses a list with both.
 */
export function withEnvOnce<T extends Containers>(props: T): T {
  const { spec } = props;
  const pod = spec?.template?.spec;
  if (!Array.isArray(pod?.containers)) return props;
  const containers = pod.containers.map((container: { readonly env?: unknown }) =>
    Array.isArray(container.env)
      ? {
          ...container,
          env: [
            ...new Map(
              container.env.map((one: { readonly name?: unknown }) => [one.name, one] as const),
            ).values(),
          ],
        }
      : container,
  );
  return { ...props, spec: { ...spec, template: { ...spec?.template, spec: { ...pod, containers } } } };
}
