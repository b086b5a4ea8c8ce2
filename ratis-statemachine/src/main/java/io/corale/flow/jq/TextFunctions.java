package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** jq's functions on strings that jackson-jq does not have, or not within bounds. */
final class TextFunctions {
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private TextFunctions() {}

  /** A text from a text. */
  private interface Change {
    String of(String text) throws JsonQueryException;
  }

  static SortedMap<String, Function> all() {
    SortedMap<String, Function> all = new TreeMap<>();
    all.put("ascii_downcase/0", changed("ascii_downcase", text -> ascii(text, 'A', 'Z', 32)));
    all.put("ascii_upcase/0", changed("ascii_upcase", text -> ascii(text, 'a', 'z', -32)));
    all.put("trim/0", changed("trim", String::strip));
    all.put("ltrim/0", changed("ltrim", String::stripLeading));
    all.put("rtrim/0", changed("rtrim", String::stripTrailing));
    all.put("@base32/0", changed("@base32", TextFunctions::base32));
    all.put("@base32d/0", changed("@base32d", TextFunctions::fromBase32));
    all.put("implode/0", (scope, args, in, path, out, version) -> out.emit(imploded(in), null));
    all.put(
        "join/1",
        (scope, args, in, path, out, version) ->
            args.get(0).apply(scope, in, between -> out.emit(joined(in, between), null)));
    return all;
  }

  private static Function changed(String name, Change change) {
    return (scope, args, in, path, out, version) -> {
      if (!in.isTextual()) {
        throw new JsonQueryException(name + " needs a string, not " + Meter.kind(in));
      }
      out.emit(new TextNode(change.of(in.textValue())), null);
    };
  }

  private static String ascii(String text, char from, char to, int shift) {
    StringBuilder changed = new StringBuilder(text);
    for (int i = 0; i < changed.length(); i++) {
      char here = changed.charAt(i);
      if (here >= from && here <= to) {
        changed.setCharAt(i, (char) (here + shift));
      }
    }
    return changed.toString();
  }

  private static TextNode imploded(JsonNode codePoints) throws JsonQueryException {
    if (!codePoints.isArray()) {
      throw new JsonQueryException("implode needs a list, not " + Meter.kind(codePoints));
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode each : codePoints) {
      if (!each.isNumber() || !Character.isValidCodePoint(each.intValue())) {
        throw new JsonQueryException("implode needs a list of code points");
      }
      text.appendCodePoint(each.intValue());
    }
    return new TextNode(text.toString());
  }

  private static TextNode joined(JsonNode items, JsonNode between) throws JsonQueryException {
    if (!items.isContainerNode()) {
      throw new JsonQueryException("Cannot iterate over " + Meter.kind(items));
    }
    StringBuilder text = new StringBuilder();
    boolean isFirst = true;
    for (JsonNode item : items) {
      String separator = isFirst ? "" : piece(between);
      String piece = item.isNumber() || item.isBoolean() ? item.toString() : piece(item);
      Meter.requireText((long) text.length() + separator.length() + piece.length());
      Meter.spendBytes(separator.length() + piece.length());
      text.append(separator).append(piece);
      isFirst = false;
    }
    return new TextNode(text.toString());
  }

  private static String piece(JsonNode value) throws JsonQueryException {
    if (value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw new JsonQueryException("string and " + Meter.kind(value) + " cannot be joined");
    }
    return value.textValue();
  }

  private static String base32(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder written = new StringBuilder();
    int bits = 0;
    int held = 0;
    for (byte each : bytes) {
      held = (held << 8 | (each & 0xff)) & 0xfff;
      for (bits += 8; bits >= 5; bits -= 5) {
        written.append(BASE32.charAt(held >> (bits - 5) & 31));
      }
    }
    if (bits > 0) {
      written.append(BASE32.charAt(held << (5 - bits) & 31));
    }
    written.append("=".repeat((8 - written.length() % 8) % 8));
    return written.toString();
  }

  private static String fromBase32(String text) throws JsonQueryException {
    ByteBuffer bytes = ByteBuffer.allocate(text.length() * 5 / 8 + 1);
    int bits = 0;
    int held = 0;
    for (char each : text.replaceAll("=+$", "").toCharArray()) {
      int value = BASE32.indexOf(each);
      if (value < 0) {
        throw new JsonQueryException("the text is not valid base32");
      }
      held = (held << 5 | value) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.put((byte) (held >> bits));
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new JsonQueryException("the text is not valid base32 of a string");
    }
  }
}
