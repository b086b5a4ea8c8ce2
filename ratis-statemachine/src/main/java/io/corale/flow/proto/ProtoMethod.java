package io.corale.flow.proto;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A method that takes one message and gives one.
 *
 * @param service its full name
 * @param file in which nothing stands but what the method needs
 */
public record ProtoMethod(String service, String name, FileDescriptor file) {
  /**
   * The method of a {@link #descriptor}; throws {@link IllegalArgumentException} where it is none.
   */
  public static ProtoMethod of(String descriptor) {
    try {
      byte[] bytes = Base64.getDecoder().decode(descriptor);
      FileDescriptor file = built(FileDescriptorProto.parseFrom(bytes));
      if (file.getServices().isEmpty() || file.getServices().get(0).getMethods().isEmpty()) {
        throw new IllegalArgumentException("there is no method in the description");
      }
      MethodDescriptor method = file.getServices().get(0).getMethods().get(0);
      return new ProtoMethod(method.getService().getFullName(), method.getName(), file);
    } catch (InvalidProtocolBufferException | DescriptorValidationException e) {
      throw new IllegalArgumentException("no description of a method: " + e.getMessage(), e);
    }
  }

  static FileDescriptor built(FileDescriptorProto file) throws DescriptorValidationException {
    List<FileDescriptor> known = new ArrayList<>();
    file.getDependencyList().forEach(path -> WellKnown.file(path).ifPresent(known::add));
    return FileDescriptor.buildFrom(file, known.toArray(FileDescriptor[]::new));
  }

  private MethodDescriptor method() {
    return file.getServices().get(0).getMethods().get(0);
  }

  /** The message that it takes. */
  public Descriptor takes() {
    return method().getInputType();
  }

  /** The message that it gives. */
  public Descriptor gives() {
    return method().getOutputType();
  }

  /** What must become the message that it takes. */
  public MessageShape input() {
    return new MessageShape(takes());
  }

  /** The file as a text, from which an equal method is read. */
  public String text() {
    return ProtoText.of(file.toProto());
  }

  /** The file as a {@code google.protobuf.FileDescriptorProto} in base64. */
  public String descriptor() {
    return Base64.getEncoder().encodeToString(file.toProto().toByteArray());
  }
}
