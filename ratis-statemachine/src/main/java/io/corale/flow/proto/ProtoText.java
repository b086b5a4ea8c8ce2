package io.corale.flow.proto;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;

/** Writes a file that was cut down, so that it is read as the same again. */
final class ProtoText {
  private final StringBuilder text = new StringBuilder();

  private ProtoText() {}

  static String of(FileDescriptorProto file) {
    ProtoText writer = new ProtoText();
    writer.file(file);
    return writer.text.toString();
  }

  private void line(int depth, String content) {
    text.append("  ".repeat(depth)).append(content).append('\n');
  }

  private void file(FileDescriptorProto file) {
    line(0, "syntax = \"proto3\";");
    if (file.hasPackage()) {
      line(0, "package " + file.getPackage() + ";");
    }
    file.getDependencyList().forEach(path -> line(0, "import \"" + path + "\";"));
    file.getServiceList()
        .forEach(
            service -> {
              line(0, "service " + service.getName() + " {");
              service.getMethodList().forEach(this::method);
              line(0, "}");
            });
    file.getMessageTypeList().forEach(each -> message(each, 0));
    file.getEnumTypeList().forEach(each -> enumeration(each, 0));
  }

  private void method(MethodDescriptorProto method) {
    line(
        1,
        "rpc "
            + method.getName()
            + "("
            + method.getInputType()
            + ") returns ("
            + method.getOutputType()
            + ");");
  }

  private void message(DescriptorProto message, int depth) {
    line(depth, "message " + message.getName() + " {");
    for (int i = 0; i < message.getOneofDeclCount(); i++) {
      oneof(message, i, depth + 1);
    }
    for (FieldDescriptorProto field : message.getFieldList()) {
      if (!field.hasOneofIndex() || field.getProto3Optional()) {
        line(depth + 1, label(message, field) + rest(field));
      }
    }
    message.getNestedTypeList().stream()
        .filter(each -> !each.getOptions().getMapEntry())
        .forEach(each -> message(each, depth + 1));
    message.getEnumTypeList().forEach(each -> enumeration(each, depth + 1));
    line(depth, "}");
  }

  private void oneof(DescriptorProto message, int index, int depth) {
    boolean isPresence =
        message.getFieldList().stream()
            .anyMatch(each -> each.getProto3Optional() && each.getOneofIndex() == index);
    if (isPresence) {
      return;
    }
    line(depth, "oneof " + message.getOneofDecl(index).getName() + " {");
    message.getFieldList().stream()
        .filter(each -> each.hasOneofIndex() && each.getOneofIndex() == index)
        .forEach(each -> line(depth + 1, type(each) + rest(each)));
    line(depth, "}");
  }

  private static String label(DescriptorProto message, FieldDescriptorProto field) {
    for (DescriptorProto nested : message.getNestedTypeList()) {
      boolean isEntry =
          nested.getOptions().getMapEntry()
              && field.getTypeName().endsWith("." + message.getName() + "." + nested.getName());
      if (isEntry) {
        return "map<" + type(nested.getField(0)) + ", " + type(nested.getField(1)) + ">";
      }
    }
    String word =
        field.getProto3Optional()
            ? "optional "
            : field.getLabel() == Label.LABEL_REPEATED ? "repeated " : "";
    return word + type(field);
  }

  private static String type(FieldDescriptorProto field) {
    return field.hasTypeName() ? field.getTypeName() : Scalars.word(field.getType());
  }

  private static String rest(FieldDescriptorProto field) {
    String json = field.hasJsonName() ? " [json_name = \"" + field.getJsonName() + "\"]" : "";
    return " " + field.getName() + " = " + field.getNumber() + json + ";";
  }

  private void enumeration(EnumDescriptorProto each, int depth) {
    line(depth, "enum " + each.getName() + " {");
    each.getValueList()
        .forEach(value -> line(depth + 1, value.getName() + " = " + value.getNumber() + ";"));
    line(depth, "}");
  }
}
