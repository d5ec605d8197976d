/** A question to the spatial index that makes no sense, with what was wrong and what was expected. */
export class SpatialQuestionError extends RangeError {
  readonly code = 'SPATIAL_QUESTION_INVALID';
  override readonly name = 'SpatialQuestionError';
}
