package io.corale.flow.proto;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A text in proto3 that describes services, as it is written: what a name means is found out when a
 * method is taken from it, and nothing else is looked at.
 */
public final class ProtoFile {
  private final FileDescriptorProto written;
  private final SortedMap<String, Place> places;
  private final SortedMap<String, Place> imports;

  /**
   * @param places of declarations by their full names
   * @param imports paths that are imported, each with its place
   */
  ProtoFile(
      FileDescriptorProto written,
      SortedMap<String, Place> places,
      SortedMap<String, Place> imports) {
    this.written = written;
    this.places = Collections.unmodifiableSortedMap(new TreeMap<>(places));
    this.imports = Collections.unmodifiableSortedMap(new TreeMap<>(imports));
  }

  /** Parses a text; the failure says what is wrong with it, and where. */
  public static ProtoFile parse(String text) throws ProtoFailure {
    return new FileParser(text).parse();
  }

  FileDescriptorProto written() {
    return written;
  }

  /** Where something is declared. */
  Place place(String fullName) {
    return places.getOrDefault(fullName, Place.BEGINNING);
  }

  SortedMap<String, Place> imports() {
    return imports;
  }

  /** The full names of its services, in the order of writing. */
  public List<String> services() {
    return written.getServiceList().stream().map(each -> fullName(each.getName())).toList();
  }

  private String fullName(String name) {
    return MessageParser.join(written.getPackage(), name);
  }

  /** The full name of a service that is called by it, or without its package. */
  public Optional<String> service(String name) {
    return services().stream()
        .filter(full -> full.equals(name) || (full.endsWith("." + name) && !name.contains(".")))
        .findFirst();
  }

  /** The names of the methods of a service. */
  public List<String> methods(String service) {
    List<String> methods = new ArrayList<>();
    declared(service)
        .ifPresent(each -> each.getMethodList().forEach(m -> methods.add(m.getName())));
    return methods;
  }

  /** Whether a method takes or gives more than one message. */
  public boolean isStreaming(String service, String method) {
    return declared(service, method)
        .filter(each -> each.getClientStreaming() || each.getServerStreaming())
        .isPresent();
  }

  /**
   * A method with all that it needs; both names are those of the file. It is the same as the one
   * that is read from its text.
   */
  public ProtoMethod method(String service, String method) throws ProtoFailure {
    String text = new Reduction(this, service, method).method().text();
    return new Reduction(parse(text), service, method).method();
  }

  private Optional<ServiceDescriptorProto> declared(String service) {
    return written.getServiceList().stream()
        .filter(each -> fullName(each.getName()).equals(service))
        .findFirst();
  }

  private Optional<MethodDescriptorProto> declared(String service, String method) {
    return declared(service).stream()
        .flatMap(each -> each.getMethodList().stream())
        .filter(each -> each.getName().equals(method))
        .findFirst();
  }
}
