package io.corale.flow;

import io.corale.flow.proto.MessageShape;
import io.corale.flow.proto.ProtoMethod;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A call of a gRPC method, the parts of which are filled in when a task makes it.
 *
 * @param part as {@link Described} says
 * @param wanted the names of service and method as the composition has them
 * @param method as it is described; empty as long as its description is needed
 * @param port where none is given, the provider knows the usual one
 * @param arguments of which the message is made; none: an empty one
 * @param secrets what it shows and the log must not have
 */
record RpcSpec(
    String part,
    Wanted wanted,
    Optional<ProtoMethod> method,
    Template host,
    Optional<Template> port,
    Optional<Template> arguments,
    CallSecrets secrets)
    implements Described {
  /** The setting by which the provider gets the description. */
  static final String DESCRIPTOR = "descriptor";

  /** A method by its names. */
  record Wanted(String service, String method) {}

  @Override
  public String shown() {
    return "grpc " + wanted.service() + "/" + wanted.method();
  }

  @Override
  public boolean mentions(String variable) {
    return Stream.of(Optional.of(host), port, arguments, secrets.given())
        .flatMap(Optional::stream)
        .anyMatch(template -> template.mentions(variable));
  }

  @Override
  public SortedMap<String, String> settings() {
    SortedMap<String, String> settings = new TreeMap<>();
    method.ifPresent(known -> settings.put(DESCRIPTOR, known.descriptor()));
    return settings;
  }

  /** The full name of the service. */
  String service() {
    return method.map(ProtoMethod::service).orElse(wanted.service());
  }

  /** What its arguments must look like. */
  Optional<MessageShape> input() {
    return method.map(ProtoMethod::input);
  }
}
