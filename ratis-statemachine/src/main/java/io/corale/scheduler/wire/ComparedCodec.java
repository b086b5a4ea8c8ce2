package io.corale.scheduler.wire;

import io.corale.scheduler.Command.Compared;
import io.corale.scheduler.Command.Compared.Verdict;
import io.corale.wire.Log;

/** Translates what came of comparing an event with the filters of a schedule. */
final class ComparedCodec {
  private ComparedCodec() {}

  static Log.Compared write(Compared compared) {
    Log.Compared.Builder wire =
        Log.Compared.newBuilder()
            .setComposition(Words.write(compared.composition()))
            .setMail(compared.mail());
    if (compared.verdict() instanceof Verdict.Taken taken) {
      wire.setTaken(
          Log.Compared.Taken.newBuilder()
              .setPart(taken.part())
              .setFilter(taken.filter())
              .setExpected(taken.expected().bytes()));
    } else if (compared.verdict() instanceof Verdict.Failed) {
      wire.setFailed(Log.Compared.Failed.getDefaultInstance());
    } else {
      wire.setPassed(Log.Compared.Passed.getDefaultInstance());
    }
    return wire.build();
  }

  static Compared read(Log.Compared wire) {
    return new Compared(Words.read(wire.getComposition()), wire.getMail(), verdict(wire));
  }

  private static Verdict verdict(Log.Compared wire) {
    return switch (wire.getVerdictCase()) {
      case PASSED -> new Verdict.Passed();
      case FAILED -> new Verdict.Failed();
      case TAKEN ->
          new Verdict.Taken(
              wire.getTaken().getPart(),
              wire.getTaken().getFilter(),
              Words.payload(wire.getTaken().getExpected()));
      case VERDICT_NOT_SET -> throw new UnknownFormat("unknown verdict on an event");
    };
  }
}
