// A WHIP client that is not ours (whip-whep, by an author of the RFC) on a WebRTC stack that is not ours (werift).
// Usage: node whip_client.mjs NODE_MODULES URL KEY CODEC PACKETS
// PACKETS: a film as RTP packets, each with its length in two bytes in front; it is repeated for ever, 25 frames/s.
// Prints "pushing" when the connection stands. A line on standard input ends it with DELETE, and "gone" is printed.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [modules, url, key, codec, film] = process.argv.slice(2);
const { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpPacket } = await import(
  pathToFileURL(`${modules}/werift/lib/index.mjs`).href
);
const { WHIPClient } = await import(pathToFileURL(`${modules}/whip-whep/whip.js`).href);

const FRAME_TICKS = 3600;
const parameters = codec === "H264" ? "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f" : "";
const pc = new RTCPeerConnection({
  iceServers: [],
  iceAdditionalHostAddresses: ["127.0.0.1"],
  codecs: {
    audio: [],
    video: [
      new RTCRtpCodecParameters({
        mimeType: `video/${codec}`,
        clockRate: 90000,
        rtcpFeedback: [{ type: "nack" }, { type: "nack", parameter: "pli" }],
        ...(parameters && { parameters }),
      }),
    ],
  },
});
const track = new MediaStreamTrack({ kind: "video" });
pc.addTransceiver(track, { direction: "sendonly" });

const frames = [];
const bytes = readFileSync(film);
for (let at = 0; at < bytes.length; ) {
  const size = bytes.readUInt16BE(at);
  const packet = RtpPacket.deSerialize(bytes.subarray(at + 2, at + 2 + size));
  if (frames.at(-1)?.[0].header.timestamp !== packet.header.timestamp) frames.push([]);
  frames.at(-1).push(packet);
  at += 2 + size;
}

let sequence = 0;
let sent = 0;
function sendFrame() {
  for (const packet of frames[sent % frames.length]) {
    packet.header.sequenceNumber = sequence++ & 0xffff;
    packet.header.timestamp = sent * FRAME_TICKS;
    track.writeRtp(packet);
  }
  sent += 1;
}

pc.connectionStateChange.subscribe((state) => {
  if (state === "connected") {
    console.log("pushing");
    setInterval(sendFrame, 40);
  }
});
// werift freezes its descriptions, and the client writes into them as browsers let it.
const createOffer = pc.createOffer.bind(pc);
pc.createOffer = async () => ({ type: "offer", sdp: (await createOffer()).sdp });
const client = new WHIPClient();
await client.publish(pc, url, key);
for await (const _line of createInterface({ input: process.stdin })) {
  await client.stop();
  console.log("gone");
  process.exit(0);
}
