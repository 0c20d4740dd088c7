// What can go wrong in the model's maths. The words are for developers; pages say it in their own.

/** A value that was given is wrong: names the field, and says what is allowed. */
export class InvalidInputError extends Error {
  override name = "InvalidInputError";

  constructor(
    readonly field: string,
    readonly problem: string,
  ) {
    super(`${field}: ${problem}`);
  }
}

/** A stored model can't be used. */
export class ArtifactError extends Error {
  override name = "ArtifactError";
}

/** The artifact isn't what was written: a part is missing, or isn't of its type. */
export class DamagedArtifactError extends ArtifactError {
  override name = "DamagedArtifactError";
}

/** The artifact is intact, but of another schema, kind or feature set, or its numbers would break a curve. */
export class UnsupportedArtifactError extends ArtifactError {
  override name = "UnsupportedArtifactError";
}
