package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.jq.Budget;
import io.corale.flow.jq.ExpressionFailure;
import io.corale.flow.jq.Query;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A value of the source in which some strings are expressions. Only the source is searched for
 * them, never data: text that looks like an expression in an input stays text.
 */
sealed interface Template {
  /** The value for this input. */
  JsonNode fill(JsonNode input, SortedMap<String, JsonNode> variables, Budget budget)
      throws ExpressionFailure;

  /** Whether an expression inside mentions this variable. */
  boolean mentions(String variable);

  /** Adds the names of the secrets that the expressions inside look at. */
  default void addSecrets(Set<String> names) {}

  /** A value without expressions. */
  record Literal(JsonNode value) implements Template {
    @Override
    public JsonNode fill(JsonNode input, SortedMap<String, JsonNode> variables, Budget budget) {
      return value;
    }

    @Override
    public boolean mentions(String variable) {
      return false;
    }
  }

  /** One expression. */
  record Computed(Query query) implements Template {
    @Override
    public JsonNode fill(JsonNode input, SortedMap<String, JsonNode> variables, Budget budget)
        throws ExpressionFailure {
      return query.evaluate(input, variables, budget);
    }

    @Override
    public boolean mentions(String variable) {
      return query.mentions(variable);
    }

    @Override
    public void addSecrets(Set<String> names) {
      names.addAll(query.secrets());
    }
  }

  /**
   * One expression that stands for its own text where it cannot be evaluated; not where it could be
   * but for its budget, for then the text would be wrong data without a word.
   */
  record Attempted(Query query, JsonNode text) implements Template {
    @Override
    public JsonNode fill(JsonNode input, SortedMap<String, JsonNode> variables, Budget budget)
        throws ExpressionFailure {
      try {
        return query.evaluate(input, variables, budget);
      } catch (ExpressionFailure e) {
        if (e.isOverBudget() || e.isOfTheMoment()) {
          throw e;
        }
        return text;
      }
    }

    @Override
    public boolean mentions(String variable) {
      return query.mentions(variable);
    }
  }

  /** An object with an expression somewhere inside. */
  record Fields(SortedMap<String, Template> fields) implements Template {
    public Fields {
      fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    @Override
    public JsonNode fill(JsonNode input, SortedMap<String, JsonNode> variables, Budget budget)
        throws ExpressionFailure {
      ObjectNode filled = JsonNodeFactory.instance.objectNode();
      for (var field : fields.entrySet()) {
        filled.set(field.getKey(), field.getValue().fill(input, variables, budget));
      }
      return filled;
    }

    @Override
    public boolean mentions(String variable) {
      return fields.values().stream().anyMatch(field -> field.mentions(variable));
    }

    @Override
    public void addSecrets(Set<String> names) {
      fields.values().forEach(field -> field.addSecrets(names));
    }
  }

  /** A list with an expression somewhere inside. */
  record Items(List<Template> items) implements Template {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public JsonNode fill(JsonNode input, SortedMap<String, JsonNode> variables, Budget budget)
        throws ExpressionFailure {
      ArrayNode filled = JsonNodeFactory.instance.arrayNode();
      for (Template item : items) {
        filled.add(item.fill(input, variables, budget));
      }
      return filled;
    }

    @Override
    public boolean mentions(String variable) {
      return items.stream().anyMatch(item -> item.mentions(variable));
    }

    @Override
    public void addSecrets(Set<String> names) {
      items.forEach(item -> item.addSecrets(names));
    }
  }
}
