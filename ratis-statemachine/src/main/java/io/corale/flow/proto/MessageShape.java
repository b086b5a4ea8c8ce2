package io.corale.flow.proto;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.List;
import java.util.Optional;

/** What an object must look like to become a message. */
public final class MessageShape {
  private final Descriptor descriptor;

  MessageShape(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** Its full name. */
  public String name() {
    return descriptor.getFullName();
  }

  /** How its fields are called in JSON. */
  public List<String> names() {
    return descriptor.getFields().stream().map(FieldDescriptor::getJsonName).toList();
  }

  /** A field by its name in JSON, or by that in the description. */
  public Optional<FieldShape> field(String name) {
    return descriptor.getFields().stream()
        .filter(each -> each.getJsonName().equals(name) || each.getName().equals(name))
        .findFirst()
        .map(FieldShape::new);
  }

  /** Whether its value is an object of its fields, or is written in a way of its own. */
  boolean isPlain() {
    return !SpecialValues.isSpecial(descriptor);
  }

  Descriptor descriptor() {
    return descriptor;
  }
}
