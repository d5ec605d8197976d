/*
 * Faces are pictures that anybody may have sent, and that browsers and phones show to others: small ones of PNG or JPEG.
 * SVG can hold scripts, so it is refused. A picture of a few kilobytes can have thousands of megapixels, and a program that
 * shows it needs memory for them all: so the size in its header is checked (PNG, W3C 2003, section 11.2.2; JPEG, ITU-T T.81, annex B).
 */

/** The longest picture, in characters of base64: 5 kB of PNG, which is 64 × 64 pixels; with the name it fits a document. */
export const MAX_FACE_CHARS = 7168;
/** The most pixels on a side: more than any app makes, and a megabyte when it is shown. */
export const MAX_FACE_SIDE = 512;

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Where the width of a PNG is, and behind it its height. */
const PNG_SIZE_AT = 16;
/** The markers of JPEG: all begin with the first; a frame's header is of the others, but for those without a size. */
const JPEG = { marker: 0xff, start: 0xd8, firstFrame: 0xc0, lastFrame: 0xcf } as const;
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether base64 is a picture that can be a face. */
export function isFace(base64: string): boolean {
  if (base64.length > MAX_FACE_CHARS) return false;
  const bytes = Buffer.from(base64, 'base64');
  const size = pngSize(bytes) ?? jpegSize(bytes);
  if (size === undefined) return false;
  return [size.width, size.height].every((side) => side > 0 && side <= MAX_FACE_SIDE);
}

function pngSize(bytes: Buffer): Size | undefined {
  if (bytes.length < PNG_SIZE_AT + 8 || !bytes.subarray(0, PNG.length).equals(PNG))
    return undefined;
  return { width: bytes.readUInt32BE(PNG_SIZE_AT), height: bytes.readUInt32BE(PNG_SIZE_AT + 4) };
}

function jpegSize(bytes: Buffer): Size | undefined {
  if (bytes[0] !== JPEG.marker || bytes[1] !== JPEG.start) return undefined;
  for (let at = 2; at + 9 <= bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at] !== JPEG.marker) return undefined;
    const kind = bytes.readUInt8(at + 1);
    const isFrame = kind >= JPEG.firstFrame && kind <= JPEG.lastFrame && !NO_FRAMES.has(kind);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
  }
  return undefined;
}
