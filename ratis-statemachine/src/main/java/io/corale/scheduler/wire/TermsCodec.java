package io.corale.scheduler.wire;

import io.corale.model.Terms;
import io.corale.scheduler.Image;
import io.corale.wire.Decode;
import io.corale.wire.Encode;
import io.corale.wire.Snapshots;
import java.util.Optional;

/** Translates what an owner's scheduler takes on, and what it counts for that (ADR 33). */
final class TermsCodec {
  /** Of the numbers of one weight. */
  private static final int WEIGHT_BYTES = 16;

  private TermsCodec() {}

  /** No less than terms take in an entry. */
  static int sizeBytes(Terms terms) {
    int size = CommandSize.MESSAGE_BYTES;
    for (String caller : terms.weights().keySet()) {
      size += WEIGHT_BYTES + CommandSize.text(caller);
    }
    return size;
  }

  static Snapshots.Admission write(Image.Admission admission) {
    Snapshots.Admission.Builder wire =
        Snapshots.Admission.newBuilder()
            .setDrainSecond(admission.drained().second())
            .setDrainStarts(admission.drained().starts())
            .setDrainScaled(admission.drained().scaled());
    if (!admission.terms().equals(Terms.STANDARD)) {
      wire.setTerms(Encode.terms(admission.terms()));
    }
    admission.submits().ifPresent(rate -> wire.setSubmits(LimitRecords.write(rate)));
    return wire.build();
  }

  static Image.Admission read(Snapshots.Admission wire) {
    return new Image.Admission(
        wire.hasTerms() ? Decode.terms(wire.getTerms()) : Terms.STANDARD,
        wire.hasSubmits() ? Optional.of(LimitRecords.read(wire.getSubmits())) : Optional.empty(),
        new Image.Drained(wire.getDrainSecond(), wire.getDrainStarts(), wire.getDrainScaled()));
  }
}
