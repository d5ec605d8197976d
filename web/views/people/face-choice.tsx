import { useState } from 'preact/hooks';
import type { JSX } from 'preact';

import { FACE_TYPES, scaleFace } from './scale-face.ts';

interface FaceChoiceProps {
  /** The current picture; `undefined`: none. */
  readonly url: string | undefined;
  /** Called with a picture in base64; `undefined`: there is to be none. */
  readonly onChoose: (face: string | undefined) => void;
}

/** The picture of a client, to be chosen from the files of the user. */
export function FaceChoice({ url, onChoose }: FaceChoiceProps): JSX.Element {
  const [failed, setFailed] = useState(false);
  const choose = async (file: File): Promise<void> => {
    const scaled = await scaleFace(file);
    setFailed(scaled === undefined);
    if (scaled !== undefined) onChoose(scaled);
  };
  return (
    <div class="face-choice" role="group" aria-label="Picture">
      {url !== undefined && <img src={url} alt="The picture" width="48" height="48" />}
      <label class="button">
        {url === undefined ? 'Choose a picture' : 'Choose another'}
        <input
          class="hidden-visually"
          type="file"
          accept={FACE_TYPES.join(',')}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            currentTarget.value = ''; // so that the same one can be chosen again
            if (file !== undefined) void choose(file);
          }}
        />
      </label>
      {url !== undefined && (
        <button type="button" class="button" onClick={() => onChoose(undefined)}>
          No picture
        </button>
      )}
      {failed && (
        <p class="card-failed" role="alert">
          This file is no picture that the browser can read. A PNG, JPEG or WebP file is one.
        </p>
      )}
    </div>
  );
}
