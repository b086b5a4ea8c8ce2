package io.corale.flow.proto;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the names of types mean in a file, by Protobuf's rules: as in C++, from inside out. */
final class Names {
  private final SortedMap<String, DescriptorProto> messages = new TreeMap<>();
  private final SortedMap<String, EnumDescriptorProto> enums = new TreeMap<>();
  private final SortedMap<String, String> imported;
  private final SortedSet<String> scopes = new TreeSet<>();

  Names(ProtoFile file) {
    imported = WellKnown.types(file.imports().keySet());
    imported.keySet().forEach(this::enter);
    String name = file.written().getPackage();
    file.written().getMessageTypeList().forEach(each -> add(name, each));
    file.written().getEnumTypeList().forEach(each -> add(name, each));
  }

  private void add(String scope, DescriptorProto message) {
    String name = MessageParser.join(scope, message.getName());
    messages.putIfAbsent(name, message);
    enter(name);
    message.getNestedTypeList().forEach(each -> add(name, each));
    message.getEnumTypeList().forEach(each -> add(name, each));
  }

  private void add(String scope, EnumDescriptorProto each) {
    String name = MessageParser.join(scope, each.getName());
    enums.putIfAbsent(name, each);
    enter(name);
  }

  /** A name, and all that it stands in. */
  private void enter(String name) {
    for (String scope = name; !scope.isEmpty() && scopes.add(scope); scope = outside(scope)) {}
  }

  /** What a name stands in; empty at the outermost. */
  static String outside(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }

  /** The full name of the type that is written so in a scope; empty where there is none. */
  Optional<String> resolve(String written, String scope) {
    if (written.startsWith(".")) {
      return Optional.of(written.substring(1)).filter(this::isType);
    }
    int dot = written.indexOf('.');
    String first = dot < 0 ? written : written.substring(0, dot);
    for (String around = scope; ; around = outside(around)) {
      // The innermost that has the first part of the name decides, as in C++.
      boolean decides = scopes.contains(MessageParser.join(around, first));
      String full = MessageParser.join(around, written);
      if (decides && (dot >= 0 || isType(full))) {
        return Optional.of(full).filter(this::isType);
      }
      if (around.isEmpty()) {
        return Optional.empty();
      }
    }
  }

  private boolean isType(String name) {
    return messages.containsKey(name) || enums.containsKey(name) || imported.containsKey(name);
  }

  /** Whether a type of the file, or of an imported one, is an enum. */
  boolean isEnum(String name) {
    return enums.containsKey(name)
        || name.equals("google.protobuf.NullValue")
        || name.equals("google.protobuf.Syntax");
  }

  /** A message of the file itself. */
  Optional<DescriptorProto> message(String name) {
    return Optional.ofNullable(messages.get(name));
  }

  /** The path of the imported file that has a type. */
  Optional<String> file(String name) {
    return Optional.ofNullable(imported.get(name));
  }
}
