/** Protobuf's JSON has seconds alone. */
export function protobufDuration(text: string): string {
  const milliseconds = /^(\d+)ms$/.exec(text)?.[1];
  return milliseconds === undefined ? text : `${Number(milliseconds) / 1000}s`;
}
