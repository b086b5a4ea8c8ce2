package io.corale.node.provider.http;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.node.outward.http.Reply;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** What an HTTP response says of an attempt to call a function. Pure. */
final class HttpAnswers {
  private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);

  /** A provider that wants longer is asked again by then all the same. */
  private static final Duration MOST_RETRY_AFTER = Duration.ofMinutes(10);

  /** Enough of an error page to know what it is about. */
  private static final int MAX_DETAIL_CHARS = 400;

  private HttpAnswers() {}

  /** The outcome of a function's call. */
  static Outcome ofFunction(Reply reply, Instant now) {
    return outcome(
        reply.status(),
        reply.contentType().contains("json"),
        reply.body(),
        reply.header(HttpHeaderNames.RETRY_AFTER),
        now);
  }

  /** That a provider refused for now, if that is what a reply says. */
  static Optional<Outcome> throttled(Reply reply, Instant now) {
    return throttled(reply.status(), reply.header(HttpHeaderNames.RETRY_AFTER), now);
  }

  private static Optional<Outcome> throttled(int status, Optional<String> retryAfter, Instant now) {
    return status == 429 || (status == 503 && retryAfter.isPresent())
        ? Optional.of(Outcome.Throttled.byProvider(wait(retryAfter, now)))
        : Optional.empty();
  }

  /** A status with the beginning of what came with it. */
  static String detail(int status, ByteString body) {
    return "HTTP " + status + ": " + Problem.shortened(body.toStringUtf8(), MAX_DETAIL_CHARS);
  }

  /**
   * The outcome.
   *
   * @param isJson whether the content type says so
   * @param retryAfter the header, if there is one
   * @param now wall time, which a date in that header is compared with
   */
  static Outcome outcome(
      int status, boolean isJson, ByteString body, Optional<String> retryAfter, Instant now) {
    if (status >= 200 && status < 300) {
      return new Outcome.Success(result(isJson, body));
    }
    Optional<Outcome> throttled = throttled(status, retryAfter, now);
    if (throttled.isPresent()) {
      return throttled.get();
    }
    if (status == 408 || status == 504) {
      return new Outcome.TimedOut(true);
    }
    String detail = detail(status, body);
    return isOfSomebodyBefore(status)
        ? new Outcome.Unavailable(detail, true, status)
        : new Outcome.FunctionError(detail, status >= 500);
  }

  /** Whether a gateway may have said so, behind which what it gave up may go on (rule 13). */
  static boolean isOfSomebodyBefore(int status) {
    return status == 408 || (status >= 502 && status <= 504);
  }

  private static Payload result(boolean isJson, ByteString body) {
    if (body.isEmpty()) {
      return Payload.NULL;
    }
    return isJson ? new Payload(body) : Payload.ofJson(Contents.quoted(body.toStringUtf8()));
  }

  private static Duration wait(Optional<String> header, Instant now) {
    Duration wait = header.map(text -> read(text, now)).orElse(DEFAULT_RETRY_AFTER);
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(MOST_RETRY_AFTER) > 0 ? MOST_RETRY_AFTER : wait;
  }

  private static Duration read(String header, Instant now) {
    if (header.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Integer.parseInt(header));
    }
    try {
      return Duration.between(
          now, ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return DEFAULT_RETRY_AFTER;
    }
  }
}
