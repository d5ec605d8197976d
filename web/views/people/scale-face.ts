/** What can be chosen: pictures that browsers draw, and run nothing of. */
export const FACE_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const;

/** The most that the herd keeps of a picture, in characters of base64. */
const MOST_CHARS = 7168;
/** What is tried, the best first: the side of the square in pixels, and the quality of the JPEG. */
const TRIED = [
  { side: 96, quality: 0.85 },
  { side: 96, quality: 0.6 },
  { side: 64, quality: 0.8 },
  { side: 64, quality: 0.5 },
] as const;

/**
 * A picture as a face: the middle square of it, small, as JPEG in base64. It is drawn anew, so nothing else of the file is
 * left, such as where it was taken.
 *
 * @returns `undefined` where the file is no picture
 */
export async function scaleFace(file: File): Promise<string | undefined> {
  if (!FACE_TYPES.some((type) => type === file.type)) return undefined;
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (picture === undefined) return undefined;
  try {
    const faces = TRIED.map(({ side, quality }) => draw(picture, side, quality));
    return faces.find((face) => face.length <= MOST_CHARS);
  } finally {
    picture.close();
  }
}

function draw(picture: ImageBitmap, side: number, quality: number): string {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the browser has no canvas');
  const { width, height } = picture;
  const from = Math.min(width, height);
  context.fillStyle = 'white'; // behind what is transparent: JPEG has no such thing
  context.fillRect(0, 0, side, side);
  context.imageSmoothingQuality = 'high';
  const [left, top] = [(width - from) / 2, (height - from) / 2];
  context.drawImage(picture, left, top, from, from, 0, 0, side, side);
  return canvas.toDataURL('image/jpeg', quality).split(',')[1] ?? '';
}
