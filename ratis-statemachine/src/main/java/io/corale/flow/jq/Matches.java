package io.corale.flow.jq;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * The matches of a regular expression in a text, one after the other. As in jq, offsets and lengths
 * count code points; as in jq 1.7, an empty match may stand behind a match and at the end.
 */
final class Matches {
  private final Regex regex;
  private final String text;
  private final Matcher matcher;
  private int from;
  private int countedTo;
  private int codePoints;
  private boolean isOver;

  Matches(Regex regex, String text) {
    this.regex = regex;
    this.text = text;
    this.matcher = regex.pattern().matcher(new MeteredText(text, regex.weight()));
  }

  /** Steps to the next match, if there is one that the flags ask for. */
  boolean next() {
    while (!isOver && from <= text.length() && matcher.find(from)) {
      from = matcher.end();
      boolean isEmpty = matcher.start() == matcher.end();
      if (isEmpty) {
        from = from < text.length() ? text.offsetByCodePoints(from, 1) : from + 1;
      }
      if (!isEmpty || !regex.skipsEmpty()) {
        isOver = !regex.isGlobal();
        Meter.spendBytes((matcher.end() - matcher.start()) * (2L + matcher.groupCount()));
        return true;
      }
    }
    isOver = true;
    return false;
  }

  int start() {
    return matcher.start();
  }

  int end() {
    return matcher.end();
  }

  /** The match as {@code match} gives it. */
  ObjectNode asObject() {
    codePoints += text.codePointCount(countedTo, matcher.start());
    countedTo = matcher.start();
    ObjectNode match = JsonNodeFactory.instance.objectNode();
    place(match, 0);
    ArrayNode captures = match.putArray("captures");
    for (int group = 1; group <= matcher.groupCount(); group++) {
      ObjectNode capture = captures.addObject();
      place(capture, group);
      capture.put("name", regex.pattern().names().get(group));
    }
    return match;
  }

  private void place(ObjectNode at, int group) {
    int start = matcher.start(group);
    if (start < 0) {
      at.put("offset", -1).put("length", 0).putNull("string");
    } else {
      int end = matcher.end(group);
      at.put("offset", codePoints + text.codePointCount(countedTo, start));
      at.put("length", text.codePointCount(start, end));
      at.put("string", text.substring(start, end));
    }
  }

  /** What the named groups have captured. */
  ObjectNode named() {
    ObjectNode named = JsonNodeFactory.instance.objectNode();
    regex.pattern().names().forEach((group, name) -> named.put(name, captured(group)));
    return named;
  }

  /** What all groups have captured. */
  ArrayNode captured() {
    ArrayNode captured = JsonNodeFactory.instance.arrayNode();
    for (int group = 1; group <= matcher.groupCount(); group++) {
      captured.add(captured(group));
    }
    return captured;
  }

  private @Nullable String captured(int group) {
    return matcher.start(group) < 0
        ? null
        : text.substring(matcher.start(group), matcher.end(group));
  }
}
