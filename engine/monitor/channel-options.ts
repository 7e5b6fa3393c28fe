/** 400 MiB as the SDK allows itself: a custom resource definition alone can pass gRPC's default of 4 MiB. */
const MESSAGE_LIMIT = 400 * 1024 * 1024;

/** For servers and clients alike. */
export const CHANNEL_OPTIONS = {
  "grpc.max_receive_message_length": MESSAGE_LIMIT,
  "grpc.max_send_message_length": MESSAGE_LIMIT,
  // A call may wait long behind a program that keeps its thread busy; the program's own time limit ends it.
  "grpc.server_max_unrequested_time_in_server": 1800,
} as const;
