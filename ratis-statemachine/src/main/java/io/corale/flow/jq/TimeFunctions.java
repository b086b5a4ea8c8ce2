package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.SortedMap;
import java.util.TreeMap;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/**
 * jq's functions on times, in UTC and without a clock: {@code now} is the time of the evaluation. A
 * broken-down time is a list as in jq: year, month from 0, day, hours, minutes, seconds, day of the
 * week from Sunday as 0, day of the year from 0.
 */
final class TimeFunctions {
  /** The years that four digits can write. */
  private static final long MIN_SECONDS =
      LocalDateTime.of(0, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);

  private static final long MAX_SECONDS =
      LocalDateTime.of(9999, 12, 31, 23, 59, 59).toEpochSecond(ZoneOffset.UTC);

  private TimeFunctions() {}

  static SortedMap<String, Function> all() {
    SortedMap<String, Function> all = new TreeMap<>();
    all.put("now/0", (scope, args, in, path, out, version) -> out.emit(now(), null));
    all.put("gmtime/0", (scope, args, in, path, out, version) -> out.emit(brokenDown(in), null));
    all.put(
        "mktime/0",
        (scope, args, in, path, out, version) -> out.emit(new LongNode(seconds(in)), null));
    all.put(
        "strftime/1",
        (scope, args, in, path, out, version) ->
            args.get(0).apply(scope, in, format -> out.emit(written(in, format), null)));
    all.put(
        "strptime/1",
        (scope, args, in, path, out, version) ->
            args.get(0).apply(scope, in, format -> out.emit(read(in, format), null)));
    return all;
  }

  private static JsonNode now() throws JsonQueryException {
    Instant now =
        Meter.running()
            .now()
            .orElseThrow(() -> new JsonQueryException("'now' is not known: there is no time here"));
    return new DoubleNode(now.toEpochMilli() / 1e3);
  }

  private static ArrayNode brokenDown(JsonNode seconds) throws JsonQueryException {
    if (!seconds.isNumber()) {
      throw new JsonQueryException("gmtime needs a number, not " + Meter.kind(seconds));
    }
    double exact = seconds.doubleValue();
    if (!(exact >= MIN_SECONDS && exact <= MAX_SECONDS)) {
      throw new JsonQueryException("a time beyond the years 0 to 9999");
    }
    long whole = (long) Math.floor(exact);
    ArrayNode broken = brokenDown(LocalDateTime.ofEpochSecond(whole, 0, ZoneOffset.UTC));
    if (exact != whole) {
      broken.set(5, new DoubleNode(broken.get(5).intValue() + (exact - whole)));
    }
    return broken;
  }

  private static ArrayNode brokenDown(LocalDateTime time) {
    ArrayNode broken = JsonNodeFactory.instance.arrayNode();
    broken.add(time.getYear()).add(time.getMonthValue() - 1).add(time.getDayOfMonth());
    broken.add(time.getHour()).add(time.getMinute()).add(time.getSecond());
    return broken.add(time.getDayOfWeek().getValue() % 7).add(time.getDayOfYear() - 1);
  }

  /** As C's timegm: what is beyond its unit, such as a month 14, goes over into the next. */
  private static long seconds(JsonNode broken) throws JsonQueryException {
    if (!broken.isArray() || broken.size() < 6) {
      throw new JsonQueryException("mktime needs a broken-down time, see gmtime and strptime");
    }
    long[] parts = new long[6];
    for (int i = 0; i < parts.length; i++) {
      JsonNode part = broken.get(i);
      if (!part.isNumber() || !(Math.abs(part.doubleValue()) <= MAX_SECONDS)) {
        throw new JsonQueryException("mktime needs a broken-down time of numbers");
      }
      parts[i] = (long) Math.floor(part.doubleValue());
    }
    try {
      LocalDate first = LocalDate.of(Math.toIntExact(parts[0]), 1, 1);
      long days = first.plusMonths(parts[1]).plusDays(parts[2] - 1).toEpochDay();
      long seconds = days * 86_400 + parts[3] * 3_600 + parts[4] * 60 + parts[5];
      if (seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) {
        return seconds;
      }
    } catch (DateTimeException | ArithmeticException e) {
      // Said below.
    }
    throw new JsonQueryException("a time beyond the years 0 to 9999");
  }

  private static JsonNode written(JsonNode time, JsonNode format) throws JsonQueryException {
    if (!format.isTextual()) {
      throw new JsonQueryException("strftime needs a format, not " + Meter.kind(format));
    }
    long seconds = seconds(time.isNumber() ? brokenDown(time) : time);
    LocalDateTime at = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
    return new TextNode(TimeFormat.write(at, format.textValue()));
  }

  private static JsonNode read(JsonNode text, JsonNode format) throws JsonQueryException {
    if (!text.isTextual() || !format.isTextual()) {
      throw new JsonQueryException("strptime needs strings");
    }
    return brokenDown(new TimeFormat(text.textValue()).read(format.textValue()));
  }
}
