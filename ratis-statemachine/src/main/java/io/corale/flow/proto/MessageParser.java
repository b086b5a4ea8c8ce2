package io.corale.flow.proto;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Parses messages and enums; types of fields stay as they are written. */
final class MessageParser {
  /** Nobody nests deeper, and the parser's stack holds it. */
  static final int MAX_DEPTH = 32;

  /** Of the wire format. */
  private static final int MAX_NUMBER = (1 << 29) - 1;

  private static final int FIRST_RESERVED = 19_000;
  private static final int LAST_RESERVED = 19_999;

  /** More is data. */
  private static final int MAX_FIELDS = 1_000;

  private static final SortedMap<String, FieldDescriptorProto.Type> SCALARS = scalars();

  private final Tokens tokens;
  private final SortedMap<String, Place> places;

  /**
   * @param places where each name is declared; filled
   */
  MessageParser(Tokens tokens, SortedMap<String, Place> places) {
    this.tokens = tokens;
    this.places = places;
  }

  private static SortedMap<String, FieldDescriptorProto.Type> scalars() {
    SortedMap<String, FieldDescriptorProto.Type> scalars = new TreeMap<>();
    for (FieldDescriptorProto.Type type : FieldDescriptorProto.Type.values()) {
      if (type != FieldDescriptorProto.Type.TYPE_MESSAGE
          && type != FieldDescriptorProto.Type.TYPE_GROUP
          && type != FieldDescriptorProto.Type.TYPE_ENUM) {
        scalars.put(Scalars.word(type), type);
      }
    }
    return Collections.unmodifiableSortedMap(scalars);
  }

  /** A message, after its keyword. */
  DescriptorProto message(String scope, int depth) throws ProtoFailure {
    Token name = declared(scope, "the name of a message");
    if (depth > MAX_DEPTH) {
      throw new ProtoFailure(
          name.place(), "messages are nested deeper than " + MAX_DEPTH + " levels", "");
    }
    Body body = new Body(name.text(), join(scope, name.text()), depth);
    tokens.expect("{");
    while (!tokens.takes("}")) {
      body.part();
    }
    return body.whole();
  }

  /** An enum, after its keyword. */
  EnumDescriptorProto enumeration(String scope) throws ProtoFailure {
    Token name = declared(scope, "the name of an enum");
    EnumDescriptorProto.Builder made = EnumDescriptorProto.newBuilder().setName(name.text());
    tokens.expect("{");
    while (!tokens.takes("}")) {
      boolean isStatement = tokens.peek().isWord("option") || tokens.peek().isWord("reserved");
      if (isStatement && !tokens.peekBeyond().is("=")) {
        tokens.skipTo(";");
      } else if (!tokens.takes(";")) {
        made.addValue(value(scope, made.getValueCount() == 0));
      }
    }
    if (made.getValueCount() == 0) {
      throw new ProtoFailure(name.place(), "enum '" + name.text() + "' has no value", "");
    }
    return made.build();
  }

  private EnumValueDescriptorProto value(String scope, boolean isFirst) throws ProtoFailure {
    // The values of an enum are siblings of it.
    Token name = declared(scope, "the name of a value");
    tokens.expect("=");
    Place place = tokens.peek().place();
    int number = tokens.integer("a number of 32 bits");
    if (isFirst && number != 0) {
      throw new ProtoFailure(place, "the first value of an enum must be 0 in proto3", "");
    }
    if (tokens.takes("[")) {
      tokens.skipTo("]");
    }
    tokens.expect(";");
    return EnumValueDescriptorProto.newBuilder().setName(name.text()).setNumber(number).build();
  }

  private Token declared(String scope, String what) throws ProtoFailure {
    Token name = tokens.name(what);
    places.putIfAbsent(join(scope, name.text()), name.place());
    return name;
  }

  static String join(String scope, String name) {
    return scope.isEmpty() ? name : scope + "." + name;
  }

  /** What stands in the braces of a message. */
  private final class Body {
    private final DescriptorProto.Builder made = DescriptorProto.newBuilder();
    private final List<String> optional = new ArrayList<>();
    private final String scope;
    private final int depth;

    Body(String name, String scope, int depth) {
      made.setName(name);
      this.scope = scope;
      this.depth = depth;
    }

    void part() throws ProtoFailure {
      Token next = tokens.peek();
      if (tokens.takes(";")) {
        return;
      }
      switch (next.kind() == Token.Kind.WORD ? next.text() : "") {
        case "message" -> {
          tokens.take();
          made.addNestedType(message(scope, depth + 1));
        }
        case "enum" -> {
          tokens.take();
          made.addEnumType(enumeration(scope));
        }
        case "oneof" -> {
          tokens.take();
          oneof();
        }
        case "option", "reserved" -> tokens.skipTo(";");
        case "required", "group", "extensions", "extend" ->
            throw new ProtoFailure(
                next.place(), "'" + next.text() + "' is not supported: it is of proto2", "");
        default -> labelled(next);
      }
    }

    private void labelled(Token next) throws ProtoFailure {
      if (next.isWord("map") && tokens.peekBeyond().is("<")) {
        tokens.take();
        map();
      } else if (tokens.takesWord("repeated")) {
        add(field(Label.LABEL_REPEATED));
      } else if (tokens.takesWord("optional")) {
        FieldDescriptorProto.Builder field = field(Label.LABEL_OPTIONAL);
        optional.add(field.getName());
        add(field.setProto3Optional(true));
      } else {
        add(field(Label.LABEL_OPTIONAL));
      }
    }

    private void add(FieldDescriptorProto.Builder field) throws ProtoFailure {
      made.addField(field);
      if (made.getFieldCount() > MAX_FIELDS) {
        throw new ProtoFailure(
            tokens.peek().place(), "a message of more than " + MAX_FIELDS + " fields", "");
      }
    }

    private void oneof() throws ProtoFailure {
      Token name = declared(scope, "the name of a oneof");
      int index = made.getOneofDeclCount();
      made.addOneofDecl(OneofDescriptorProto.newBuilder().setName(name.text()));
      int before = made.getFieldCount();
      tokens.expect("{");
      while (!tokens.takes("}")) {
        if (tokens.peek().isWord("option")) {
          tokens.skipTo(";");
        } else if (!tokens.takes(";")) {
          add(field(Label.LABEL_OPTIONAL).setOneofIndex(index));
        }
      }
      if (made.getFieldCount() == before) {
        throw new ProtoFailure(name.place(), "oneof '" + name.text() + "' has no field", "");
      }
    }

    /** A map is a list of entries, each a message of its own. */
    private void map() throws ProtoFailure {
      tokens.expect("<");
      Token key = tokens.path("the type of a key");
      FieldDescriptorProto.Type keyType = SCALARS.get(key.text());
      if (keyType == null || !Scalars.isKey(keyType)) {
        throw new ProtoFailure(
            key.place(), "keys of a map are integers, booleans or strings, not " + key.shown(), "");
      }
      tokens.expect(",");
      FieldDescriptorProto.Builder value = typed(tokens.path("the type of a value"));
      tokens.expect(">");
      FieldDescriptorProto.Builder field = named(FieldDescriptorProto.newBuilder());
      String entry = Scalars.camelCase(field.getName()) + "Entry";
      DescriptorProto.Builder entries =
          DescriptorProto.newBuilder()
              .setName(entry)
              .addField(
                  FieldDescriptorProto.newBuilder()
                      .setName("key")
                      .setNumber(1)
                      .setLabel(Label.LABEL_OPTIONAL)
                      .setType(keyType))
              .addField(value.setName("value").setNumber(2).setLabel(Label.LABEL_OPTIONAL));
      entries.getOptionsBuilder().setMapEntry(true);
      Place place = places.getOrDefault(join(scope, field.getName()), Place.BEGINNING);
      places.putIfAbsent(join(scope, entry), place);
      places.putIfAbsent(join(join(scope, entry), "value"), place);
      made.addNestedType(entries);
      add(field.setLabel(Label.LABEL_REPEATED).setTypeName("." + join(scope, entry)));
    }

    private FieldDescriptorProto.Builder field(Label label) throws ProtoFailure {
      return named(typed(tokens.path("a field"))).setLabel(label);
    }

    private FieldDescriptorProto.Builder typed(Token written) {
      FieldDescriptorProto.Builder field = FieldDescriptorProto.newBuilder();
      FieldDescriptorProto.Type scalar = SCALARS.get(written.text());
      return scalar == null ? field.setTypeName(written.text()) : field.setType(scalar);
    }

    private FieldDescriptorProto.Builder named(FieldDescriptorProto.Builder field)
        throws ProtoFailure {
      field.setName(declared(scope, "the name of a field").text());
      tokens.expect("=");
      Place place = tokens.peek().place();
      int number = tokens.integer("the number of a field");
      boolean isReserved = number >= FIRST_RESERVED && number <= LAST_RESERVED;
      if (number < 1 || number > MAX_NUMBER || isReserved) {
        throw new ProtoFailure(place, "no field can have the number " + number, "");
      }
      options(field.setNumber(number));
      tokens.expect(";");
      return field;
    }

    private void options(FieldDescriptorProto.Builder field) throws ProtoFailure {
      if (!tokens.takes("[")) {
        return;
      }
      do {
        option(field);
      } while (tokens.takes(","));
      tokens.expect("]");
    }

    /** Only the name in JSON matters to us; the rest is for generated code. */
    private void option(FieldDescriptorProto.Builder field) throws ProtoFailure {
      if (tokens.takesWord("json_name")) {
        tokens.expect("=");
        Token name = tokens.string("a string");
        if (!name.text().matches("[^\"\\\\\\p{Cntrl}]{1,100}")) {
          throw new ProtoFailure(name.place(), name.shown() + " cannot be a name in JSON", "");
        }
        field.setJsonName(name.text());
        return;
      }
      tokens.skipTo("=");
      if (tokens.takes("{")) {
        tokens.skipTo("}");
      }
      while (!tokens.peek().is(",") && !tokens.peek().is("]")) {
        Token part = tokens.take();
        if (part.kind() == Token.Kind.END) {
          throw Tokens.unexpected(part, "']'");
        }
      }
    }

    DescriptorProto whole() {
      // Presence is a oneof of one field; those stand behind the others.
      for (int i = 0; i < made.getFieldCount(); i++) {
        if (optional.contains(made.getField(i).getName())) {
          made.getFieldBuilder(i).setOneofIndex(made.getOneofDeclCount());
          made.addOneofDecl(
              OneofDescriptorProto.newBuilder().setName("_" + made.getField(i).getName()));
        }
      }
      return made.build();
    }
  }
}
