package io.corale.flow.proto;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import java.util.Optional;

/** The well-known messages whose values JSON writes in ways of their own. */
final class SpecialValues {
  private static final String PREFIX = "google.protobuf.";

  private SpecialValues() {}

  private static String simpleName(Descriptor message) {
    return message.getFullName().startsWith(PREFIX)
        ? message.getFullName().substring(PREFIX.length())
        : "";
  }

  static boolean isSpecial(Descriptor message) {
    return switch (simpleName(message)) {
      case "Any", "Timestamp", "Duration", "FieldMask", "Struct", "ListValue", "Value" -> true;
      default -> isWrapper(message);
    };
  }

  private static boolean isWrapper(Descriptor message) {
    return simpleName(message).endsWith("Value")
        && message.getFile().getName().endsWith("wrappers.proto");
  }

  /** What is wrong with a value; that of a text is found where it becomes a message. */
  static Optional<String> fault(Descriptor message, JsonNode value) {
    if (isWrapper(message)) {
      return ScalarValues.fault(message.findFieldByName("value"), value);
    }
    return switch (simpleName(message)) {
      case "Value" -> Optional.empty();
      case "Struct" -> unless(value.isObject(), "must be an object");
      case "ListValue" -> unless(value.isArray(), "must be a list");
      case "Any" ->
          Optional.of("cannot be given: what a google.protobuf.Any holds is not known here");
      case "Timestamp" -> unless(value.isTextual(), "must be a time, such as 2026-01-02T03:04:05Z");
      case "Duration" -> unless(value.isTextual(), "must be a duration in seconds, such as 1.5s");
      default -> unless(value.isTextual(), "must be a string");
    };
  }

  private static Optional<String> unless(boolean isSound, String fault) {
    return isSound ? Optional.empty() : Optional.of(fault);
  }
}
