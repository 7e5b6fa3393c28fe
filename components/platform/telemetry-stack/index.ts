export * from "./args";
export { TELEMETRY_IMAGES } from "./images";
export { TelemetryStack } from "./telemetry-stack";
