package io.corale.node.provider.grpc;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.model.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What a reply says of an attempt. Pure. */
final class Answers {
  /** Before a message: whether it is compressed, and its length in four bytes. */
  static final int PREFIX_BYTES = 5;

  private static final Duration DEFAULT_WAIT = Duration.ofSeconds(1);

  /** A server that wants longer is asked again by then all the same. */
  private static final Duration MOST_WAIT = Duration.ofMinutes(10);

  /** Enough of a message to know what it is about. */
  private static final int MAX_DETAIL_CHARS = 400;

  private static final int UNAUTHORIZED = 401;

  private Answers() {}

  /**
   * The outcome.
   *
   * @param scrubbed takes what must not be told out of the words of the server
   * @param result makes it of the message of an answer
   */
  static Outcome outcome(
      Reply reply, UnaryOperator<String> scrubbed, Function<ByteString, Outcome> result) {
    Optional<String> number = reply.header("grpc-status");
    boolean isGrpc = reply.header("content-type").orElse("").startsWith("application/grpc");
    if (number.isEmpty() && (reply.status() != 200 || !isGrpc)) {
      return ofAnotherProtocol(reply.status());
    }
    if (number.isEmpty()) {
      return new Outcome.Unavailable("the answer broke off before its status", true);
    }
    Code code = Code.of(number.get());
    if (code == Code.OK) {
      return message(reply.body(), result);
    }
    // Before they are cut short, which might leave half of a secret that nobody knows again.
    String words = scrubbed.apply(unescaped(reply.header("grpc-message").orElse("")));
    String detail = "gRPC " + code + ": " + Problem.shortened(words, MAX_DETAIL_CHARS);
    Optional<String> pushback = reply.header("grpc-retry-pushback-ms");
    return switch (code) {
      case DEADLINE_EXCEEDED -> new Outcome.TimedOut(true);
      case RESOURCE_EXHAUSTED ->
          throttled(pushback)
              .orElseGet(() -> new Outcome.FunctionError(detail, false, code.status()));
      case UNAVAILABLE ->
          pushback
              .flatMap(present -> throttled(pushback))
              // It may be a proxy that says so of a server that goes on.
              .orElseGet(() -> new Outcome.Unavailable(detail, true, code.status()));
      default -> new Outcome.FunctionError(detail, code.isRetryable(), code.status());
    };
  }

  /** Whether a reply says that what was shown is not believed. */
  static boolean isDisbelief(Reply reply) {
    Optional<String> number = reply.header("grpc-status");
    return number.isPresent()
        ? Code.of(number.get()) == Code.UNAUTHENTICATED
        : reply.status() == UNAUTHORIZED;
  }

  /** As gRPC reads what proxies answer. */
  private static Outcome ofAnotherProtocol(int status) {
    String detail = "HTTP " + status + ", and no answer of gRPC";
    return switch (status) {
      case 429 -> Outcome.Throttled.byProvider(DEFAULT_WAIT);
      case 408, 502, 503, 504 -> new Outcome.Unavailable(detail, true, status);
      default ->
          status < 300
              ? new Outcome.FunctionError(detail, false)
              : new Outcome.FunctionError(detail, status >= 500, status);
    };
  }

  /** What a server asks for that refuses for now; empty where it wants no other attempt. */
  private static Optional<Outcome> throttled(Optional<String> pushback) {
    if (pushback.isEmpty()) {
      return Optional.of(Outcome.Throttled.byProvider(DEFAULT_WAIT));
    }
    if (!pushback.get().matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    Duration wait = Duration.ofMillis(Integer.parseInt(pushback.get()));
    return Optional.of(
        Outcome.Throttled.byProvider(wait.compareTo(MOST_WAIT) > 0 ? MOST_WAIT : wait));
  }

  private static Outcome message(ByteString body, Function<ByteString, Outcome> result) {
    boolean isOne =
        body.size() >= PREFIX_BYTES
            && body.asReadOnlyByteBuffer().getInt(1) == body.size() - PREFIX_BYTES;
    if (!isOne) {
      return new Outcome.FunctionError("the answer is not one message", false);
    }
    return body.byteAt(0) == 0
        ? result.apply(body.substring(PREFIX_BYTES))
        : new Outcome.FunctionError("the answer is compressed, which nobody asked for", false);
  }

  /** Headers carry nothing but ASCII; the rest is written as in URIs. */
  private static String unescaped(String escaped) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < escaped.length(); i++) {
      boolean isEscape =
          escaped.charAt(i) == '%'
              && i + 2 < escaped.length()
              && escaped.substring(i + 1, i + 3).matches("[0-9A-Fa-f]{2}");
      if (isEscape) {
        bytes.write(Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(escaped.charAt(i));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
