package io.corale.flow.proto;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import java.util.Locale;

/** The types of fields that are no messages and enums. */
final class Scalars {
  private Scalars() {}

  /** As a text writes it. */
  static String word(FieldDescriptorProto.Type type) {
    return type.name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
  }

  /** Whether a map can have keys of it. */
  static boolean isKey(FieldDescriptorProto.Type type) {
    return type != FieldDescriptorProto.Type.TYPE_DOUBLE
        && type != FieldDescriptorProto.Type.TYPE_FLOAT
        && type != FieldDescriptorProto.Type.TYPE_BYTES;
  }

  /** {@code some_field} as {@code SomeField}, the way that the entries of maps are named. */
  static String camelCase(String name) {
    StringBuilder camel = new StringBuilder();
    boolean isFirst = true;
    for (int i = 0; i < name.length(); i++) {
      char each = name.charAt(i);
      if (each != '_') {
        camel.append(isFirst ? Character.toUpperCase(each) : each);
      }
      isFirst = each == '_';
    }
    return camel.toString();
  }
}
