package io.corale.flow.proto;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Cuts a file down to one method and the types that its messages are made of. */
final class Reduction {
  /** What is cut down has no other name. */
  static final String FILE = "service.proto";

  private final ProtoFile file;
  private final String service;
  private final String method;
  private final Names names;
  private final NavigableSet<String> reached = new TreeSet<>();
  private final NavigableSet<String> around = new TreeSet<>();
  private final NavigableSet<String> imports = new TreeSet<>();

  Reduction(ProtoFile file, String service, String method) {
    this.file = file;
    this.service = service;
    this.method = method;
    this.names = new Names(file);
  }

  ProtoMethod method() throws ProtoFailure {
    FileDescriptorProto whole = file.written();
    ServiceDescriptorProto kept = service(whole);
    reach(kept.getMethod(0));
    FileDescriptorProto.Builder cut =
        FileDescriptorProto.newBuilder()
            .setName(FILE)
            .setSyntax("proto3")
            .addAllDependency(imports)
            .addService(kept);
    if (whole.hasPackage()) {
      cut.setPackage(whole.getPackage());
    }
    for (DescriptorProto each : whole.getMessageTypeList()) {
      cut(each, whole.getPackage()).ifPresent(cut::addMessageType);
    }
    whole.getEnumTypeList().stream()
        .filter(each -> reached.contains(MessageParser.join(whole.getPackage(), each.getName())))
        .forEach(cut::addEnumType);
    return new ProtoMethod(service, method, built(cut.build()));
  }

  /** The service with nothing but the method, whose types have their full names. */
  private ServiceDescriptorProto service(FileDescriptorProto whole) throws ProtoFailure {
    for (ServiceDescriptorProto each : whole.getServiceList()) {
      if (MessageParser.join(whole.getPackage(), each.getName()).equals(service)) {
        for (MethodDescriptorProto candidate : each.getMethodList()) {
          if (candidate.getName().equals(method)) {
            return ServiceDescriptorProto.newBuilder()
                .setName(each.getName())
                .addMethod(
                    candidate.toBuilder()
                        .setInputType("." + message(candidate.getInputType()))
                        .setOutputType("." + message(candidate.getOutputType())))
                .build();
          }
        }
      }
    }
    throw new IllegalArgumentException("no method " + service + "/" + method);
  }

  private String message(String written) throws ProtoFailure {
    Place place = file.place(MessageParser.join(service, method));
    String found = resolved(written, file.written().getPackage(), place);
    if (names.isEnum(found)) {
      throw new ProtoFailure(place, "'" + written + "' is an enum, and no message", "");
    }
    return found;
  }

  private String resolved(String written, String scope, Place place) throws ProtoFailure {
    Optional<String> found = names.resolve(written, scope);
    if (found.isPresent()) {
      return found.get();
    }
    List<String> others =
        file.imports().keySet().stream().filter(path -> WellKnown.file(path).isEmpty()).toList();
    throw new ProtoFailure(
        place,
        "the type '" + written + "' is not known",
        others.isEmpty()
            ? ""
            : "imports other than google/protobuf/*.proto are not followed: "
                + String.join(", ", others)
                + "; write what is needed of them into one file");
  }

  private void reach(MethodDescriptorProto kept) throws ProtoFailure {
    Deque<String> open = new ArrayDeque<>();
    open.add(kept.getInputType().substring(1));
    open.add(kept.getOutputType().substring(1));
    while (!open.isEmpty()) {
      String name = open.remove();
      names.file(name).ifPresent(imports::add);
      if (!reached.add(name)) {
        continue;
      }
      for (String outer = Names.outside(name); !outer.isEmpty(); outer = Names.outside(outer)) {
        around.add(outer);
      }
      Optional<DescriptorProto> message = names.message(name);
      if (message.isPresent()) {
        for (FieldDescriptorProto field : message.get().getFieldList()) {
          if (field.hasTypeName()) {
            open.add(type(field, name));
          }
        }
      }
    }
  }

  private String type(FieldDescriptorProto field, String message) throws ProtoFailure {
    return resolved(
        field.getTypeName(), message, file.place(MessageParser.join(message, field.getName())));
  }

  /** A message with what is reached of it; empty where nothing is. */
  private Optional<DescriptorProto> cut(DescriptorProto message, String scope) throws ProtoFailure {
    String name = MessageParser.join(scope, message.getName());
    if (!reached.contains(name) && !around.contains(name)) {
      return Optional.empty();
    }
    DescriptorProto.Builder cut = DescriptorProto.newBuilder().setName(message.getName());
    if (message.hasOptions()) {
      cut.setOptions(message.getOptions());
    }
    if (reached.contains(name)) {
      cut.addAllOneofDecl(message.getOneofDeclList());
      for (FieldDescriptorProto field : message.getFieldList()) {
        cut.addField(field.hasTypeName() ? full(field, name) : field);
      }
    }
    for (DescriptorProto each : message.getNestedTypeList()) {
      cut(each, name).ifPresent(cut::addNestedType);
    }
    message.getEnumTypeList().stream()
        .filter(each -> reached.contains(MessageParser.join(name, each.getName())))
        .forEach(cut::addEnumType);
    return Optional.of(cut.build());
  }

  private FieldDescriptorProto full(FieldDescriptorProto field, String message)
      throws ProtoFailure {
    String type = type(field, message);
    return field.toBuilder()
        .setType(
            names.isEnum(type)
                ? FieldDescriptorProto.Type.TYPE_ENUM
                : FieldDescriptorProto.Type.TYPE_MESSAGE)
        .setTypeName("." + type)
        .build();
  }

  private FileDescriptor built(FileDescriptorProto cut) throws ProtoFailure {
    try {
      return ProtoMethod.built(cut);
    } catch (DescriptorValidationException e) {
      throw new ProtoFailure(
          file.place(e.getProblemSymbolName()),
          "'" + e.getProblemSymbolName() + "': " + e.getDescription(),
          "");
    }
  }
}
