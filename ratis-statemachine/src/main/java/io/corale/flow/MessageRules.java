package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.corale.flow.proto.FieldShape;
import io.corale.flow.proto.MessageShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Holds a value, as far as it is written down, against the message that is to be made of it; what
 * an expression gives is looked at when it is there.
 */
final class MessageRules {
  /** Deeper no message is read back, by Protobuf's own limit. */
  private static final int MAX_DEPTH = 90;

  private MessageRules() {}

  /**
   * What does not fit.
   *
   * @param path the keys and indices that lead there
   * @param isOfKey whether the key is wrong, and not its value
   * @param slip a word that may be meant for one of others; empty if that is not what is wrong
   */
  record Misfit(
      List<String> path, boolean isOfKey, String reason, String slip, List<String> words) {
    /** The same, seen from one step further out. */
    Misfit below(String step) {
      List<String> longer = new ArrayList<>(List.of(step));
      longer.addAll(path);
      return new Misfit(longer, isOfKey, reason, slip, words);
    }

    private static Misfit here(String reason) {
      return new Misfit(List.of(), false, reason, "", List.of());
    }

    private static Misfit key(String key, String reason) {
      return new Misfit(List.of(key), true, reason, "", List.of());
    }
  }

  /** The first thing that is wrong with an object that is to become a message. */
  static Optional<Misfit> misfit(MessageShape shape, Template value) {
    return message(shape, value, "the arguments", 0);
  }

  private static Optional<Misfit> message(
      MessageShape shape, Template value, String what, int depth) {
    if (isComputed(value)) {
      return Optional.empty();
    }
    Optional<SortedMap<String, Template>> fields = fields(value);
    if (fields.isEmpty() || depth > MAX_DEPTH) {
      return Optional.of(
          Misfit.here(what + (depth > MAX_DEPTH ? " are nested too deep" : " must be an object")));
    }
    SortedMap<String, String> given = new TreeMap<>();
    for (Map.Entry<String, Template> each : fields.get().entrySet()) {
      Optional<FieldShape> field = shape.field(each.getKey());
      if (field.isEmpty()) {
        return Optional.of(
            new Misfit(
                List.of(each.getKey()),
                true,
                "message " + shape.name() + " has no field '" + each.getKey() + "'",
                each.getKey(),
                shape.names()));
      }
      Optional<Misfit> misfit =
          twice(given, field.get(), each.getKey())
              .or(
                  () ->
                      field(field.get(), each.getValue(), depth).map(m -> m.below(each.getKey())));
      if (misfit.isPresent()) {
        return misfit;
      }
    }
    return Optional.empty();
  }

  /** A field has two names, and of a choice only one is taken. */
  private static Optional<Misfit> twice(
      SortedMap<String, String> given, FieldShape field, String key) {
    String other = given.putIfAbsent("field " + field.name(), key);
    if (other == null) {
      other = field.choice().map(choice -> given.putIfAbsent("oneof " + choice, key)).orElse(null);
    }
    return other == null
        ? Optional.empty()
        : Optional.of(
            Misfit.key(key, "only one of '" + other + "' and '" + key + "' can be given"));
  }

  private static Optional<Misfit> field(FieldShape field, Template value, int depth) {
    String what = "field '" + field.name() + "'";
    if (isComputed(value) || isNull(value)) {
      return Optional.empty(); // Nothing given is the field's own nothing.
    }
    if (field.isMap()) {
      return map(field, value, what, depth);
    }
    if (!field.isList()) {
      return item(field, value, what, depth);
    }
    Optional<List<Template>> items = items(value);
    if (items.isEmpty()) {
      return Optional.of(Misfit.here(what + " must be a list"));
    }
    for (int i = 0; i < items.get().size(); i++) {
      String step = String.valueOf(i);
      Optional<Misfit> misfit =
          item(field, items.get().get(i), "an item of " + what, depth).map(m -> m.below(step));
      if (misfit.isPresent()) {
        return misfit;
      }
    }
    return Optional.empty();
  }

  private static Optional<Misfit> map(FieldShape field, Template value, String what, int depth) {
    Optional<SortedMap<String, Template>> entries = fields(value);
    if (entries.isEmpty()) {
      return Optional.of(Misfit.here(what + " must be an object"));
    }
    for (Map.Entry<String, Template> each : entries.get().entrySet()) {
      Optional<Misfit> misfit =
          field
              .keyFault(each.getKey())
              .map(fault -> Misfit.key(each.getKey(), "a key of " + what + " " + fault))
              .or(
                  () ->
                      item(field.valueOfMap(), each.getValue(), "a value of " + what, depth)
                          .map(m -> m.below(each.getKey())));
      if (misfit.isPresent()) {
        return misfit;
      }
    }
    return Optional.empty();
  }

  private static Optional<Misfit> item(FieldShape field, Template value, String what, int depth) {
    if (isComputed(value)) {
      return Optional.empty();
    }
    if (field.message().isPresent()) {
      return message(field.message().get(), value, what, depth + 1);
    }
    return field.fault(written(value)).map(fault -> Misfit.here(what + " " + fault));
  }

  private static boolean isComputed(Template value) {
    return value instanceof Template.Computed || value instanceof Template.Attempted;
  }

  private static boolean isNull(Template value) {
    return value instanceof Template.Literal literal && literal.value().isNull();
  }

  /** An object with its values; empty where it is none. */
  private static Optional<SortedMap<String, Template>> fields(Template value) {
    if (value instanceof Template.Fields fields) {
      return Optional.of(fields.fields());
    }
    if (value instanceof Template.Literal literal && literal.value().isObject()) {
      SortedMap<String, Template> fields = new TreeMap<>();
      literal
          .value()
          .properties()
          .forEach(each -> fields.put(each.getKey(), new Template.Literal(each.getValue())));
      return Optional.of(fields);
    }
    return Optional.empty();
  }

  private static Optional<List<Template>> items(Template value) {
    if (value instanceof Template.Items items) {
      return Optional.of(items.items());
    }
    if (value instanceof Template.Literal literal && literal.value().isArray()) {
      List<Template> items = new ArrayList<>();
      literal.value().forEach(each -> items.add(new Template.Literal(each)));
      return Optional.of(items);
    }
    return Optional.empty();
  }

  /** The value itself; of one with expressions inside only whether it is an object or a list. */
  private static JsonNode written(Template value) {
    if (value instanceof Template.Literal literal) {
      return literal.value();
    }
    return value instanceof Template.Items
        ? JsonNodeFactory.instance.arrayNode()
        : JsonNodeFactory.instance.objectNode();
  }
}
