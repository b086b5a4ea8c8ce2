package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.operators.BinaryOperator;

/** An operator that pays for the sizes of its operands before it works on them. */
record Charged(BinaryOperator operator) implements BinaryOperator {
  /** Of the product of two sizes, what is done in about the time of one step. */
  static final long PRODUCT_A_STEP = 1_024;

  @Override
  public JsonNode apply(ObjectMapper mapper, JsonNode left, JsonNode right)
      throws JsonQueryException {
    switch (operator.image()) {
      case "*" -> chargeRepetition(left, right);
      case "+" -> chargeSum(left, right);
      case "-", "/" -> chargeProduct(left, right);
      default -> {
        if (left.isContainerNode() && right.isContainerNode()) {
          Meter.weigh(left);
          Meter.weigh(right);
        }
      }
    }
    return operator.apply(mapper, left, right);
  }

  @Override
  public String image() {
    return operator.image();
  }

  private static void chargeSum(JsonNode left, JsonNode right) {
    long bytes = surface(left) + surface(right);
    if (bytes > Query.MAX_VALUE_BYTES) {
      throw new OverBudget("makes a value of more than " + Query.MAX_VALUE_BYTES + " bytes");
    }
    Meter.spendBytes(bytes);
  }

  /** A string times a number is that many strings; an object times an object merges deeply. */
  private static void chargeRepetition(JsonNode left, JsonNode right) {
    JsonNode text = left.isTextual() ? left : right;
    JsonNode count = left.isTextual() ? right : left;
    if (text.isTextual() && count.isNumber()) {
      double bytes = text.textValue().length() * Math.max(1, count.doubleValue());
      if (!(bytes <= Query.MAX_VALUE_BYTES)) {
        throw new OverBudget("makes a value of more than " + Query.MAX_VALUE_BYTES + " bytes");
      }
      Meter.spendBytes((long) bytes);
    } else if (left.isContainerNode() && right.isContainerNode()) {
      Meter.weigh(left);
      Meter.weigh(right);
    }
  }

  /** What compares each part of one with each part of the other. */
  static void chargeProduct(JsonNode left, JsonNode right) {
    boolean isSmall = left.isNumber() || right.isNumber();
    if (!isSmall) {
      Meter.spend(Meter.weigh(left) * Meter.weigh(right) / PRODUCT_A_STEP);
    }
  }

  /** What a sum copies: the text of a string, the references of a list or object. */
  private static long surface(JsonNode value) {
    return value.isTextual() ? value.textValue().length() : 8L * (value.size() + 1);
  }
}
