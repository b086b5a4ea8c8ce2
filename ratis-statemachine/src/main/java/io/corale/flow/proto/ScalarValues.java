package io.corale.flow.proto;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What numbers, strings and the like of a message may be in JSON. */
final class ScalarValues {
  /** The shortest texts of all numbers that fit are shorter, and no longer one is computed with. */
  private static final int MAX_NUMBER_CHARS = 40;

  private static final int MAX_EXPONENT = 400;

  private static final Pattern NUMBER =
      Pattern.compile("-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE](?<exponent>[+-]?[0-9]{1,3}))?");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]*={0,2}");
  private static final List<String> NO_NUMBERS = List.of("NaN", "Infinity", "-Infinity");

  private ScalarValues() {}

  /** What is wrong with a value; goes on where the name of the field ends. */
  static Optional<String> fault(FieldDescriptor field, JsonNode value) {
    return switch (field.getJavaType()) {
      case INT, LONG -> integer(field, value);
      case FLOAT, DOUBLE ->
          unless(
              number(value).isPresent() || NO_NUMBERS.contains(value.asText()), "must be a number");
      case BOOLEAN ->
          unless(
              value.isBoolean() || value.asText().equals("true") || value.asText().equals("false"),
              "must be true or false");
      case STRING -> unless(value.isTextual(), "must be a string");
      case BYTE_STRING ->
          unless(
              value.isTextual() && BASE64.matcher(value.textValue()).matches(),
              "must be a string in base64");
      case ENUM -> enumeration(field, value);
      case MESSAGE -> Optional.of("must be an object");
    };
  }

  private static Optional<String> unless(boolean isSound, String fault) {
    return isSound ? Optional.empty() : Optional.of(fault);
  }

  private static Optional<String> integer(FieldDescriptor field, JsonNode value) {
    boolean isUnsigned =
        switch (field.getType()) {
          case UINT32, UINT64, FIXED32, FIXED64 -> true;
          default -> false;
        };
    int bits = field.getJavaType() == FieldDescriptor.JavaType.INT ? 32 : 64;
    BigInteger half = BigInteger.ONE.shiftLeft(isUnsigned ? bits : bits - 1);
    BigInteger least = isUnsigned ? BigInteger.ZERO : half.negate();
    boolean isSound =
        number(value)
            .filter(each -> each.stripTrailingZeros().scale() <= 0)
            .map(BigDecimal::toBigInteger)
            .filter(each -> each.compareTo(least) >= 0 && each.compareTo(half) < 0)
            .isPresent();
    return unless(
        isSound,
        "must be a whole number of " + bits + " bits" + (isUnsigned ? ", not below 0" : ""));
  }

  /** A number, or a text of one. */
  private static Optional<BigDecimal> number(JsonNode value) {
    String text = value.isNumber() || value.isTextual() ? value.asText() : "";
    var matcher = NUMBER.matcher(text);
    if (text.length() > MAX_NUMBER_CHARS || !matcher.matches()) {
      return Optional.empty();
    }
    String exponent = matcher.group("exponent");
    boolean isNear = exponent == null || Math.abs(Integer.parseInt(exponent)) <= MAX_EXPONENT;
    return isNear ? Optional.of(new BigDecimal(text)) : Optional.empty();
  }

  private static Optional<String> enumeration(FieldDescriptor field, JsonNode value) {
    List<String> names =
        field.getEnumType().getValues().stream().map(EnumValueDescriptor::getName).toList();
    boolean isSound = value.isTextual() ? names.contains(value.textValue()) : value.isInt();
    String known =
        names.size() <= 8
            ? "one of " + names.stream().collect(Collectors.joining(", "))
            : "a value of " + field.getEnumType().getFullName();
    return unless(isSound, "must be " + known);
  }
}
