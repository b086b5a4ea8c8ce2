package io.corale.flow.proto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.util.Optional;

/** What a value must look like to become a field of a message, or an item of one. */
public final class FieldShape {
  private final FieldDescriptor field;

  FieldShape(FieldDescriptor field) {
    this.field = field;
  }

  /** As JSON calls it. */
  public String name() {
    return field.getJsonName();
  }

  /** Whether it is a list, the items of which this describes. */
  public boolean isList() {
    return field.isRepeated() && !field.isMapField();
  }

  /** Whether it is an object, with keys of its own. */
  public boolean isMap() {
    return field.isMapField();
  }

  /** What the values of a map are. */
  public FieldShape valueOfMap() {
    return new FieldShape(field.getMessageType().findFieldByName("value"));
  }

  /** What is wrong with a key of a map. */
  public Optional<String> keyFault(String key) {
    FieldDescriptor keys = field.getMessageType().findFieldByName("key");
    return ScalarValues.fault(keys, JsonNodeFactory.instance.textNode(key));
  }

  /** Of several fields of the same choice only one may be given; empty where it is of none. */
  public Optional<String> choice() {
    return Optional.ofNullable(field.getRealContainingOneof()).map(each -> each.getName());
  }

  /** What the fields of a message are; empty where the value is no object of fields. */
  public Optional<MessageShape> message() {
    return field.getJavaType() == JavaType.MESSAGE
        ? Optional.of(new MessageShape(field.getMessageType())).filter(MessageShape::isPlain)
        : Optional.empty();
  }

  /** What is wrong with a value that is no object of fields; goes on where its name ends. */
  public Optional<String> fault(JsonNode value) {
    return field.getJavaType() == JavaType.MESSAGE
        ? SpecialValues.fault(field.getMessageType(), value)
        : ScalarValues.fault(field, value);
  }
}
