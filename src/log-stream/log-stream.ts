// A log stream: a tenant has its log events sent to an address of its own, as soon as they are stored and until each has
// arrived. In Auth0's words a custom webhook.
import type { Secret } from '../lib/secret.ts';

export const STREAM_FORMATS = ['JSONLINES', 'JSONARRAY', 'JSONOBJECT'] as const;
export type StreamFormat = (typeof STREAM_FORMATS)[number];

/** `suspended` is what a server makes of a stream whose address has not taken anything for a week. */
export type StreamStatus = 'active' | 'paused' | 'suspended';

/** A header of the tenant's own choice; its value may be a secret. */
export interface StreamHeader {
  readonly header: string;
  readonly value: Secret;
}

export interface LogStream {
  /** `lst_` and 16 letters and digits. */
  readonly id: string;
  readonly name: string;
  readonly status: StreamStatus;
  /** Categories of events that it wants; empty for all. */
  readonly categories: readonly string[];
  /** The first instant whose events it wants, in milliseconds since 1970 UTC; null for when it was made. */
  readonly startFrom: number | null;
  /** An `https:` address. */
  readonly endpoint: string;
  readonly contentType: string;
  readonly contentFormat: StreamFormat;
  /** The `Authorization` header; null for none. */
  readonly authorization: Secret | null;
  readonly headers: readonly StreamHeader[];
  /** What deliveries are signed with: `whsec_` and base64. */
  readonly signingSecret: Secret;
  readonly createdAt: number;
}
