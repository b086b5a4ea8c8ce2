package io.corale.scheduler.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.scheduler.Command;
import io.corale.wire.Log;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Translates settlements, in the log and from node to node: an earlier executor delivers the
 * outcomes of what it sent to the superpeer of today.
 */
public final class SettleCodec {
  /** No provider means a longer pause; it fits a count of microseconds. */
  private static final Duration LONGEST_PAUSE = Duration.ofDays(365);

  private SettleCodec() {}

  /** The bytes of a settlement on their way between nodes, with its texts in it. */
  public static ByteString encode(Command.Settle settle) {
    return write(settle).toByteString();
  }

  /** Throws {@link UnknownFormat} for bytes that are no settlement. */
  public static Command.Settle decode(ByteString bytes) {
    try {
      Command.Settle settle = read(Log.Settle.parseFrom(bytes));
      if (settle.texts().stream().anyMatch(Payload::isReference)) {
        throw new UnknownFormat("a settlement that refers to a text, which is not at hand here");
      }
      return settle;
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnknownFormat("not a settlement: " + e.getMessage());
    }
  }

  static Log.Settle write(Command.Settle settle) {
    Log.Settle.Builder wire =
        Log.Settle.newBuilder()
            .setAttempt(Words.write(settle.attempt()))
            .setOutcome(write(settle.outcome()))
            .setDurationMicros(settle.durationMicros())
            .setJitter(settle.jitter());
    settle.transition().ifPresent(t -> wire.setTransition(TransitionCodec.write(t)));
    return wire.build();
  }

  static Command.Settle read(Log.Settle wire) {
    return new Command.Settle(
        Words.read(wire.getAttempt()),
        read(wire.getOutcome()),
        wire.getDurationMicros(),
        wire.getJitter(),
        wire.hasTransition()
            ? Optional.of(TransitionCodec.read(wire.getTransition()))
            : Optional.empty());
  }

  static Log.Outcome write(Outcome outcome) {
    Log.Outcome.Builder wire = Log.Outcome.newBuilder();
    if (outcome instanceof Outcome.Success success) {
      wire.setSuccess(Words.write(success.result()));
    } else if (outcome instanceof Outcome.FunctionError error) {
      wire.setFunctionError(
          Log.Outcome.FunctionError.newBuilder()
              .setDetail(error.detail())
              .setRetryable(error.retryable())
              .setStatus(error.status()));
    } else if (outcome instanceof Outcome.Throttled throttled) {
      wire.setThrottled(
          Log.Outcome.Throttled.newBuilder()
              .setScope(throttled.scope().orElse(""))
              .setRetryAfterMicros(micros(throttled.retryAfter()))
              .setIsOurs(throttled.isOurs()));
    } else if (outcome instanceof Outcome.TimedOut timedOut) {
      wire.setTimedOut(Log.Outcome.TimedOut.newBuilder().setMayHaveRun(timedOut.mayHaveRun()));
    } else if (outcome instanceof Outcome.Unavailable unavailable) {
      wire.setUnavailable(
          Log.Outcome.Unavailable.newBuilder()
              .setDetail(unavailable.detail())
              .setMayHaveRun(unavailable.mayHaveRun())
              .setStatus(unavailable.status()));
    } else if (outcome instanceof Outcome.NotSent notSent) {
      wire.setNotSent(notSent.reason());
    } else if (outcome instanceof Outcome.Unready unready) {
      wire.setUnready(
          Log.Outcome.Unready.newBuilder()
              .setLack(
                  switch (unready.lack()) {
                    case CONFIGURATION -> Log.Outcome.Unready.Lack.CONFIGURATION;
                    case AUTHENTICATION -> Log.Outcome.Unready.Lack.AUTHENTICATION;
                    case AUTHORIZATION -> Log.Outcome.Unready.Lack.AUTHORIZATION;
                  })
              .setDetail(unready.detail())
              .setRetryable(unready.retryable()));
    }
    return wire.build();
  }

  static Outcome read(Log.Outcome wire) {
    return switch (wire.getWhatCase()) {
      case SUCCESS -> new Outcome.Success(Words.read(wire.getSuccess()));
      case FUNCTION_ERROR ->
          new Outcome.FunctionError(
              wire.getFunctionError().getDetail(),
              wire.getFunctionError().getRetryable(),
              wire.getFunctionError().getStatus());
      case THROTTLED ->
          new Outcome.Throttled(
              Words.optional(wire.getThrottled().getScope()),
              Duration.of(wire.getThrottled().getRetryAfterMicros(), ChronoUnit.MICROS),
              wire.getThrottled().getIsOurs());
      case TIMED_OUT -> new Outcome.TimedOut(wire.getTimedOut().getMayHaveRun());
      case UNAVAILABLE ->
          new Outcome.Unavailable(
              wire.getUnavailable().getDetail(),
              wire.getUnavailable().getMayHaveRun(),
              wire.getUnavailable().getStatus());
      case NOT_SENT -> new Outcome.NotSent(wire.getNotSent());
      case UNREADY ->
          new Outcome.Unready(
              switch (wire.getUnready().getLack()) {
                case CONFIGURATION -> Outcome.Lack.CONFIGURATION;
                case AUTHENTICATION -> Outcome.Lack.AUTHENTICATION;
                case AUTHORIZATION -> Outcome.Lack.AUTHORIZATION;
                case LACK_UNSPECIFIED, UNRECOGNIZED ->
                    throw new UnknownFormat(
                        "unknown lack of a call: " + wire.getUnready().getLackValue());
              },
              wire.getUnready().getDetail(),
              wire.getUnready().getRetryable());
      case WHAT_NOT_SET -> throw new UnknownFormat("unknown kind of outcome");
    };
  }

  private static long micros(Duration pause) {
    if (pause.isNegative()) {
      return 0;
    }
    Duration bounded = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    return bounded.toNanos() / 1_000;
  }
}
