/**
 * A WebSocket server of the size that tests need: handshake, unfragmented frames, close codes. Not for anything else.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const OP_BINARY = 2;
const OP_CLOSE = 8;
const OP_PING = 9;

export class Peer {
  readonly route: string;
  onMessage: (bytes: Uint8Array) => void = () => undefined;
  onClose: () => void = () => undefined;
  /** While set, nothing is sent: a line that is up and silent. */
  muted = false;
  private readonly socket: Duplex;
  private buffered: Buffer = Buffer.alloc(0);
  private open = true;

  constructor(route: string, socket: Duplex) {
    this.route = route;
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => this.read(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.open = false;
      this.onClose();
    });
  }

  send(bytes: Uint8Array): void {
    if (this.open && !this.muted) this.socket.write(Buffer.concat([header(OP_BINARY, bytes.length), bytes]));
  }

  close(code: number): void {
    const body = Buffer.alloc(2);
    body.writeUInt16BE(code);
    if (this.open) this.socket.end(Buffer.concat([header(OP_CLOSE, 2), body]));
  }

  /** Cuts the line without a word. */
  destroy(): void {
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    this.buffered = Buffer.concat([this.buffered, chunk]);
    for (;;) {
      const frame = takeFrame(this.buffered);
      if (frame === undefined) return;
      this.buffered = frame.rest;
      if (frame.op === OP_BINARY) this.onMessage(frame.body);
      else if (frame.op === OP_CLOSE) this.socket.end(Buffer.concat([header(OP_CLOSE, frame.body.length), frame.body]));
      else if (frame.op === OP_PING) this.socket.write(Buffer.concat([header(10, frame.body.length), frame.body]));
    }
  }
}

export function acceptWebSockets(server: Server, onPeer: (peer: Peer) => void): void {
  server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
    const key = request.headers["sec-websocket-key"] ?? "";
    const accept = createHash("sha1").update(`${key}${GUID}`).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    onPeer(new Peer(request.url ?? "/", socket));
  });
}

function header(op: number, length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | op, length]);
  if (length < 65_536) {
    const bytes = Buffer.from([0x80 | op, 126, 0, 0]);
    bytes.writeUInt16BE(length, 2);
    return bytes;
  }
  const bytes = Buffer.alloc(10);
  bytes[0] = 0x80 | op;
  bytes[1] = 127;
  bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}

function takeFrame(bytes: Buffer): { op: number; body: Buffer; rest: Buffer } | undefined {
  if (bytes.length < 2) return undefined;
  const op = (bytes[0] ?? 0) & 15;
  let length = (bytes[1] ?? 0) & 127;
  let at = 2;
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    length = bytes.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    length = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  const mask = bytes.subarray(at, at + 4);
  at += 4;
  if (bytes.length < at + length) return undefined;
  const body = Buffer.from(bytes.subarray(at, at + length));
  for (let index = 0; index < length; index++) body[index] = (body[index] ?? 0) ^ (mask[index % 4] ?? 0);
  return { op, body, rest: bytes.subarray(at + length) };
}
