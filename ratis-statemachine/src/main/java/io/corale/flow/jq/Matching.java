package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Output;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** What jq's functions on regular expressions make of the matches in a text. */
final class Matching {
  private Matching() {}

  /** One such function. */
  interface Use {
    void apply(Scope scope, Matches matches, String text, Output output) throws JsonQueryException;
  }

  /** Whether this function always looks for all matches. */
  static boolean isGlobal(String name) {
    return switch (name) {
      case "gsub", "scan", "split", "splits" -> true;
      default -> false;
    };
  }

  /**
   * The function of this name.
   *
   * @param replacement of {@code sub} and {@code gsub}
   */
  static Use use(String name, Expression replacement) {
    return switch (name) {
      case "test" ->
          (scope, matches, text, output) -> output.emit(BooleanNode.valueOf(matches.next()));
      case "match" -> (scope, matches, text, output) -> match(matches, output);
      case "capture" -> (scope, matches, text, output) -> capture(matches, output);
      case "scan" -> (scope, matches, text, output) -> scan(matches, text, output);
      case "split" -> (scope, matches, text, output) -> output.emit(pieces(matches, text));
      case "splits" ->
          (scope, matches, text, output) -> {
            for (JsonNode piece : pieces(matches, text)) {
              output.emit(piece);
            }
          };
      case "sub", "gsub" ->
          (scope, matches, text, output) -> substitute(scope, matches, text, replacement, output);
      default -> throw new IllegalArgumentException("no function on regular expressions: " + name);
    };
  }

  private static void match(Matches matches, Output output) throws JsonQueryException {
    while (matches.next()) {
      output.emit(matches.asObject());
    }
  }

  private static void capture(Matches matches, Output output) throws JsonQueryException {
    while (matches.next()) {
      output.emit(matches.named());
    }
  }

  /** Strings, or lists of what the groups captured where there are groups. */
  private static void scan(Matches matches, String text, Output output) throws JsonQueryException {
    while (matches.next()) {
      ArrayNode captured = matches.captured();
      String whole = text.substring(matches.start(), matches.end());
      output.emit(captured.isEmpty() ? new TextNode(whole) : captured);
    }
  }

  private static ArrayNode pieces(Matches matches, String text) {
    ArrayNode pieces = JsonNodeFactory.instance.arrayNode();
    int from = 0;
    while (matches.next()) {
      Meter.spend(1);
      pieces.add(text.substring(from, matches.start()));
      from = matches.end();
    }
    return pieces.add(text.substring(from));
  }

  /** As in jq 1.7, the n-th results of the replacement make the n-th result of the whole. */
  private static void substitute(
      Scope scope, Matches matches, String text, Expression replacement, Output output)
      throws JsonQueryException {
    List<StringBuilder> results = new ArrayList<>();
    int from = 0;
    while (matches.next()) {
      String gap = text.substring(from, matches.start());
      List<JsonNode> inserts = new ArrayList<>();
      replacement.apply(scope, matches.named(), inserts::add);
      for (int i = 0; i < inserts.size(); i++) {
        if (results.size() == i) {
          results.add(new StringBuilder());
        }
        append(results.get(i), gap, inserts.get(i));
      }
      from = matches.end();
    }
    if (results.isEmpty()) {
      output.emit(new TextNode(text));
      return;
    }
    for (StringBuilder result : results) {
      output.emit(new TextNode(result.append(text, from, text.length()).toString()));
    }
  }

  private static void append(StringBuilder result, String gap, JsonNode insert)
      throws JsonQueryException {
    if (!insert.isTextual()) {
      throw new JsonQueryException(
          Meter.kind(insert) + " cannot be added to a string, as a replacement must be");
    }
    Meter.spendBytes(gap.length() + insert.textValue().length());
    Meter.requireText((long) result.length() + gap.length() + insert.textValue().length());
    result.append(gap).append(insert.textValue());
  }
}
