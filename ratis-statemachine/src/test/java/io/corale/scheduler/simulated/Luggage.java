package io.corale.scheduler.simulated;

import com.google.protobuf.ByteString;
import io.corale.model.Payload;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Large values: in some seeds some payloads carry white space behind them, of a length and in an
 * order that follow from what they say. So they mean what they meant, and whoever has one can tell
 * whether it is whole, and no other's.
 */
final class Luggage {
  /** In one seed of so many there are large values. */
  private static final int SEEDS = 4;

  /** Of so many payloads one is large. */
  private static final int PAYLOADS = 10;

  private static final int LEAST_BYTES = Payload.MAX_INLINE_BYTES + 1_024;
  private static final int MOST_BYTES = 200 * 1_024;
  private static final byte[] SPACES = " \t\n\r".getBytes(StandardCharsets.US_ASCII);

  private final boolean isThere;

  Luggage(RandomGenerator chance, boolean mayBeThere) {
    this.isThere = chance.nextInt(SEEDS) == 0 && mayBeThere;
  }

  boolean isThere() {
    return isThere;
  }

  /** What a payload says. */
  static String plain(Payload payload) {
    return payload.json().strip();
  }

  /** The payload, which may have become large. */
  Payload of(Payload payload) {
    String plain = plain(payload);
    return isThere && Math.floorMod(mixed(plain), PAYLOADS) == 0 ? laden(plain) : payload;
  }

  /** One that is not sent to its end. */
  Payload unfinished() {
    return laden("\"unfinished\"");
  }

  /** Whether a payload is as it was when it left; small ones are. */
  boolean isWhole(Payload payload) {
    String plain = plain(payload);
    return plain.length() == payload.sizeBytes() || payload.equals(laden(plain));
  }

  private static Payload laden(String plain) {
    byte[] said = plain.getBytes(StandardCharsets.UTF_8);
    long state = mixed(plain);
    byte[] bytes =
        new byte[LEAST_BYTES + Math.floorMod((int) (state >> 20), MOST_BYTES - LEAST_BYTES)];
    System.arraycopy(said, 0, bytes, 0, said.length);
    for (int i = said.length; i < bytes.length; i++) {
      state = state * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
      bytes[i] = SPACES[(int) (state >>> 62)];
    }
    return new Payload(ByteString.copyFrom(bytes));
  }

  private static long mixed(String plain) {
    return (plain.hashCode() * 0x9E3779B97F4A7C15L) >>> 8;
  }

  /** What a branch does, some of it with large values. */
  Transition of(Transition transition, String whose) {
    if (!isThere) {
      return transition;
    }
    List<Step> steps = transition.steps().stream().map(step -> of(step, whose)).toList();
    return new Transition(
        transition.guards(), transition.contextVersion(), steps, transition.uncaught());
  }

  private Step of(Step step, String whose) {
    if (step instanceof Step.Remember remember) {
      return new Step.Remember(remember.branch(), of(remember.state()));
    }
    if (step instanceof Step.End end) {
      return new Step.End(end.branch(), of(end.output()));
    }
    if (step instanceof Step.Complete complete) {
      return new Step.Complete(of(complete.output()));
    }
    return step instanceof Step.Call call
        ? new Step.Call(call.branch(), of(call.call(), whose))
        : step;
  }

  private Transition.CallSpec of(Transition.CallSpec call, String whose) {
    return new Transition.CallSpec(
        call.function(),
        call.implementation(),
        call.account(),
        call.scope(),
        of(Payload.ofJson("\"" + whose + " " + call.function() + "\"")),
        call.timeoutMicros(),
        call.rankMicros(),
        call.estimateMicros(),
        call.retry(),
        call.place());
  }

  /** What a function returns: where it was given much, it may have much to say. */
  Payload result(Payload arguments) {
    return arguments.fitsInline()
        ? Payload.ofJson("1")
        : of(Payload.ofJson("\"result of " + plain(arguments).substring(1)));
  }

  /** What a signal brings. */
  static List<Payload> broughtBy(Signal signal) {
    if (signal instanceof Signal.Returned returned) {
      return List.of(returned.result());
    }
    return signal instanceof Signal.Joined joined ? joined.outputs() : List.of();
  }
}
