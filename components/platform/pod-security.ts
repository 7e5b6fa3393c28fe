/** What a container that needs no privilege asks of the Pod Security level `restricted`; user and seccomp are its pod's. */
export const UNPRIVILEGED_CONTAINER = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  privileged: false,
  readOnlyRootFilesystem: true,
};
