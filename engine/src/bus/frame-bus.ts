/**
 * Frames from one publisher to whoever subscribes to their topic, in this process or between processes.
 *
 * Delivery is at most once and in the order of publication per topic and publisher; a subscriber that was away has missed
 * frames, as on any market feed, and must resynchronise by the frames' own sequences. Orders never travel here. A handler's
 * bytes are its own to keep.
 */

export type FrameHandler = (bytes: Uint8Array) => void;

export interface FrameBus {
  /** Hands the bytes to every subscriber of the topic. The caller may reuse its buffer when this resolves. */
  publish(topic: string, bytes: Uint8Array): Promise<void>;
  /** Calls the handler with each frame from now on (from when this resolves); the result ends that. */
  subscribe(topic: string, handler: FrameHandler): Promise<() => Promise<void>>;
  /** Ends all subscriptions and connections. Later calls throw. */
  close(): Promise<void>;
}

/** Longest topic name, bytes. */
export const TOPIC_BYTES_MAX = 128;

/** Throws where a topic is empty, too long, or not printable: a programmer's error. */
export function assertTopic(topic: string): void {
  if (topic.length > TOPIC_BYTES_MAX || !/^[!-~]+$/.test(topic)) {
    throw new TypeError(`a topic is 1 to ${TOPIC_BYTES_MAX} printable ASCII characters, not ${JSON.stringify(topic)}`);
  }
}
