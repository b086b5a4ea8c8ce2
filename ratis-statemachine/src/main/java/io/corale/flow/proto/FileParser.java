package io.corale.flow.proto;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Parses a file of proto3, the language in which services are described now. Of options nothing is
 * kept but what changes names in JSON, of comments nothing.
 */
final class FileParser {
  private static final String ONLY_PROTO3 = "only syntax = \"proto3\" is supported";

  private final Tokens tokens;
  private final SortedMap<String, Place> places = new TreeMap<>();
  private final SortedMap<String, Place> imports = new TreeMap<>();
  private final FileDescriptorProto.Builder made =
      FileDescriptorProto.newBuilder().setName(Reduction.FILE).setSyntax("proto3");
  private final MessageParser messages;

  FileParser(String text) {
    this.tokens = new Tokens(text);
    this.messages = new MessageParser(tokens, places);
  }

  ProtoFile parse() throws ProtoFailure {
    syntax();
    while (tokens.peek().kind() != Token.Kind.END) {
      declaration();
    }
    return new ProtoFile(made.build(), places, imports);
  }

  private void syntax() throws ProtoFailure {
    Token first = tokens.peek();
    if (!tokens.takesWord("syntax")) {
      String what = first.isWord("edition") ? "editions are not supported" : "no syntax is named";
      throw new ProtoFailure(first.place(), what, ONLY_PROTO3);
    }
    tokens.expect("=");
    Token syntax = tokens.string("a string");
    if (!syntax.text().equals("proto3")) {
      throw new ProtoFailure(
          syntax.place(), "syntax " + syntax.shown() + " is not supported", ONLY_PROTO3);
    }
    tokens.expect(";");
  }

  private void declaration() throws ProtoFailure {
    Token keyword = tokens.take();
    if (keyword.is(";")) {
      return;
    }
    switch (keyword.kind() == Token.Kind.WORD ? keyword.text() : "") {
      case "package" -> packaged(keyword);
      case "import" -> imported();
      case "option" -> tokens.skipTo(";");
      case "message" -> made.addMessageType(messages.message(made.getPackage(), 1));
      case "enum" -> made.addEnumType(messages.enumeration(made.getPackage()));
      case "service" -> service();
      case "extend" -> {
        // Of options, which mean nothing here.
        tokens.skipTo("{");
        tokens.skipTo("}");
      }
      default ->
          throw Tokens.unexpected(keyword, "message, enum, service, import, package or option");
    }
  }

  private void packaged(Token keyword) throws ProtoFailure {
    boolean isLate =
        made.hasPackage()
            || made.getMessageTypeCount() + made.getEnumTypeCount() + made.getServiceCount() > 0;
    if (isLate) {
      throw new ProtoFailure(keyword.place(), "there is one package, before all declarations", "");
    }
    made.setPackage(tokens.path("the name of a package").text());
    tokens.expect(";");
  }

  private void imported() throws ProtoFailure {
    if (!tokens.takesWord("public")) {
      tokens.takesWord("weak");
    }
    Token path = tokens.string("the path of a file");
    imports.putIfAbsent(path.text(), path.place());
    tokens.expect(";");
  }

  private void service() throws ProtoFailure {
    Token name = tokens.name("the name of a service");
    String scope = MessageParser.join(made.getPackage(), name.text());
    places.putIfAbsent(scope, name.place());
    ServiceDescriptorProto.Builder service =
        ServiceDescriptorProto.newBuilder().setName(name.text());
    tokens.expect("{");
    while (!tokens.takes("}")) {
      if (tokens.takesWord("rpc")) {
        service.addMethod(method(scope));
      } else if (tokens.takesWord("option")) {
        tokens.skipTo(";");
      } else if (!tokens.takes(";")) {
        throw Tokens.unexpected(tokens.peek(), "rpc");
      }
    }
    made.addService(service);
  }

  private MethodDescriptorProto method(String scope) throws ProtoFailure {
    Token name = tokens.name("the name of a method");
    places.putIfAbsent(MessageParser.join(scope, name.text()), name.place());
    MethodDescriptorProto.Builder method = MethodDescriptorProto.newBuilder().setName(name.text());
    tokens.expect("(");
    method.setClientStreaming(isStream()).setInputType(tokens.path("a message").text());
    tokens.expect(")");
    if (!tokens.takesWord("returns")) {
      throw Tokens.unexpected(tokens.peek(), "returns");
    }
    tokens.expect("(");
    method.setServerStreaming(isStream()).setOutputType(tokens.path("a message").text());
    tokens.expect(")");
    if (tokens.takes("{")) {
      tokens.skipTo("}");
    } else {
      tokens.expect(";");
    }
    return method.build();
  }

  private boolean isStream() throws ProtoFailure {
    return tokens.peek().isWord("stream")
        && !tokens.peekBeyond().is(")")
        && tokens.takesWord("stream");
  }
}
