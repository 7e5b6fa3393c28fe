/**
 * How many registrations the SDK is told that it may have under way. Any number but 1 is the same to it; 1 would make it
 * wait for each in turn.
 */
export const PARALLEL = 8;
