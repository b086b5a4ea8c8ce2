package io.corale.node.provider.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.protobuf.ByteString;
import io.corale.model.Allowance;
import io.corale.model.Limit;
import io.corale.model.ScopeLimit;
import io.corale.node.outward.http.Reply;
import io.corale.node.provider.Told;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads what a server says of limits, in the form of Apache OpenWhisk ({@code GET
 * /api/v1/namespaces/_/limits}): of a JSON object the members {@code concurrentInvocations} and
 * {@code invocationsPerMinute}, either of which may be missing. All others are passed over. Pure.
 */
final class LimitsAnswer {
  /** What OpenWhisk says has some hundred bytes. */
  static final int MAX_BYTES = 64 * 1024;

  private static final String CONCURRENT = "concurrentInvocations";
  private static final String PER_MINUTE = "invocationsPerMinute";
  private static final int MAX_DEPTH = 32;
  private static final int MAX_DIGITS = 32;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_DIGITS)
                  .maxDocumentLength(MAX_BYTES)
                  .build())
          .build();

  private LimitsAnswer() {}

  /** What a reply says; one that points elsewhere is not followed. */
  static Told read(Reply reply) {
    if (reply.status() != 200) {
      return new Told.Failed("it answered HTTP " + reply.status() + ": expected 200");
    }
    return read(reply.body());
  }

  static Told read(ByteString body) {
    if (body.size() > MAX_BYTES) {
      return new Told.Failed(
          "its answer has " + body.size() + " bytes: expected at most " + MAX_BYTES);
    }
    try (JsonParser parser = JSON.createParser(body.newInput())) {
      return allowed(parser);
    } catch (Odd e) {
      return new Told.Failed(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Told.Failed("its answer is not JSON that can be read");
    }
  }

  /** That the answer is JSON, but not what it must be. */
  private static final class Odd extends IOException {
    private static final long serialVersionUID = 1L;

    Odd(String message) {
      super(message);
    }
  }

  private static Told allowed(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new Odd("its answer is no JSON object");
    }
    OptionalInt concurrent = OptionalInt.empty();
    Optional<Limit.Rate> perMinute = Optional.empty();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals(CONCURRENT)) {
        concurrent = OptionalInt.of(count(parser, name, ScopeLimit.MAX_CONCURRENCY));
      } else if (name.equals(PER_MINUTE)) {
        perMinute =
            Optional.of(new Limit.Rate(count(parser, name, Limit.MOST), Limit.Window.MINUTE));
      } else {
        parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw new Odd("its answer is more than one JSON object");
    }
    if (concurrent.isEmpty() && perMinute.isEmpty()) {
      throw new Odd("its answer has neither '" + CONCURRENT + "' nor '" + PER_MINUTE + "'");
    }
    return new Told.Allowed(
        List.of(new Allowance(ScopeLimit.ROOT, concurrent, perMinute.stream().toList())));
  }

  /** More than any limit can say is as much as one can: what was declared is less in any case. */
  private static int count(JsonParser parser, String name, int most) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw odd(name, parser);
    }
    BigInteger count = parser.getBigIntegerValue();
    if (count.signum() <= 0) {
      throw odd(name, parser);
    }
    return count.min(BigInteger.valueOf(most)).intValue();
  }

  private static Odd odd(String name, JsonParser parser) throws IOException {
    String found = parser.currentToken().isNumeric() ? parser.getText() : "no number";
    return new Odd("'" + name + "' is " + found + ": expected a whole number, 1 or more");
  }
}
