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
    boolean isOfNumbers = left.isNumber() && right.isNumber();
    if (!isOfNumbers) {
      switch (operator.image()) {
        case "*" -> chargeRepetition(left, right);
        case "+" -> chargeSum(left, right);
        case "-", "/" -> chargeProduct(left, right);
        case "%" -> chargeBoth(left, right);
        default -> chargeComparison(left, right);
      }
    }
    return operator.apply(mapper, left, right);
  }

  @Override
  public String image() {
    return operator.image();
  }

  /** What does not fit together is written out for the error's message. */
  private static void chargeBoth(JsonNode left, JsonNode right) {
    Meter.weigh(left);
    Meter.weigh(right);
  }

  private static void chargeComparison(JsonNode left, JsonNode right) {
    if (left.isContainerNode() && right.isContainerNode()) {
      chargeBoth(left, right);
    } else if (left.isTextual() && right.isTextual()) {
      Meter.spendBytes(Math.min(left.textValue().length(), right.textValue().length()));
    }
  }

  private static void chargeSum(JsonNode left, JsonNode right) {
    if (left.isNull() || right.isNull()) {
      return;
    }
    if (left.getNodeType() != right.getNodeType()) {
      chargeBoth(left, right);
      return;
    }
    if (left.isTextual()) {
      Meter.requireText((long) left.textValue().length() + right.textValue().length());
    }
    Meter.spendBytes(Meter.surface(left) + Meter.surface(right));
  }

  /** A string times a number is that many strings; an object times an object merges deeply. */
  private static void chargeRepetition(JsonNode left, JsonNode right) {
    JsonNode text = left.isTextual() ? left : right;
    JsonNode count = left.isTextual() ? right : left;
    if (text.isTextual() && count.isNumber()) {
      double bytes = text.textValue().length() * Math.max(1, count.doubleValue());
      Meter.requireText(bytes <= Query.MAX_VALUE_BYTES ? (long) bytes : Long.MAX_VALUE);
      Meter.spendBytes((long) bytes);
    } else {
      chargeBoth(left, right);
    }
  }

  /** What compares each part of one with each part of the other. */
  static void chargeProduct(JsonNode left, JsonNode right) {
    Meter.spend(Meter.weigh(left) * Meter.weigh(right) / PRODUCT_A_STEP);
  }
}
