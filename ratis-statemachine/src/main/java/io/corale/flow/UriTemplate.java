package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URI with variables such as <code>{petId}</code>: the simple expansion of RFC 6570, to which the
 * standard keeps. A variable is a field of the input, by its whole name; what it stands for is
 * encoded, so that it cannot become another part of the URI.
 *
 * @param texts before, between and behind the variables
 * @param names of the variables, one less
 */
record UriTemplate(List<String> texts, List<String> names) {
  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)\\}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

  UriTemplate {
    texts = List.copyOf(texts);
    names = List.copyOf(names);
    if (texts.size() != names.size() + 1) {
      throw new IllegalArgumentException("a text stands before and behind each variable");
    }
  }

  /** What is wrong with the variables of a text; empty where it is a template. */
  static Optional<String> fault(String text) {
    Matcher variable = VARIABLE.matcher(text);
    while (variable.find()) {
      if (!NAME.matcher(variable.group(1)).matches()) {
        return Optional.of(
            "'" + variable.group() + "' is no variable; only {name}, a field of the input, is");
      }
    }
    String rest = variable.replaceAll("");
    return rest.indexOf('{') < 0 && rest.indexOf('}') < 0
        ? Optional.empty()
        : Optional.of("a brace stands alone");
  }

  /** The template that a text without faults is. */
  static UriTemplate of(String text) {
    List<String> texts = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Matcher variable = VARIABLE.matcher(text);
    int end = 0;
    while (variable.find()) {
      texts.add(text.substring(end, variable.start()));
      names.add(variable.group(1));
      end = variable.end();
    }
    texts.add(text.substring(end));
    return new UriTemplate(texts, names);
  }

  /** The variable that this input fills with an object or list; empty where there is none. */
  Optional<String> misfit(JsonNode input) {
    return names.stream().filter(name -> input.path(name).isContainerNode()).findFirst();
  }

  /** The URI for an input without a misfit; what it does not have is empty. */
  String expand(JsonNode input) {
    StringBuilder uri = new StringBuilder(texts.get(0));
    for (int i = 0; i < names.size(); i++) {
      JsonNode value = input.path(names.get(i));
      uri.append(value.isNull() ? "" : encoded(value.asText())).append(texts.get(i + 1));
    }
    return uri.toString();
  }

  /** The URI with a letter for each variable, to look at what is written down around them. */
  String sample() {
    return String.join("x", texts);
  }

  /** As it was written. */
  String text() {
    StringBuilder text = new StringBuilder(texts.get(0));
    for (int i = 0; i < names.size(); i++) {
      text.append('{').append(names.get(i)).append('}').append(texts.get(i + 1));
    }
    return text.toString();
  }

  /** A text in which nothing has a meaning in a URI any more. */
  static String encoded(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (each & 0xff);
      if (isUnreserved(character)) {
        encoded.append(character);
      } else {
        encoded
            .append('%')
            .append(Character.toUpperCase(Character.forDigit(character >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(character & 0xf, 16)));
      }
    }
    return encoded.toString();
  }

  private static boolean isUnreserved(char character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || "-._~".indexOf(character) >= 0;
  }
}
