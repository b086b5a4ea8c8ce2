package io.corale.flow.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.WrappersProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A description is what protoc takes it for, or wrong at a place. */
class ProtoFileTest {
  private static final String HEAD = "syntax = \"proto3\";\n";
  private static final String SERVICE = "service S { rpc A(X) returns (X); }\n";

  static Stream<FileDescriptor> wellKnown() {
    return Stream.of(
        AnyProto.getDescriptor(),
        ApiProto.getDescriptor(),
        DurationProto.getDescriptor(),
        EmptyProto.getDescriptor(),
        FieldMaskProto.getDescriptor(),
        SourceContextProto.getDescriptor(),
        StructProto.getDescriptor(),
        TimestampProto.getDescriptor(),
        TypeProto.getDescriptor(),
        WrappersProto.getDescriptor());
  }

  /** Protobuf's own files, as texts and as protoc has compiled them: the same messages. */
  @ParameterizedTest
  @MethodSource("wellKnown")
  void readsMessagesAsProtocDoes(FileDescriptor expected) throws Exception {
    for (var message : expected.getMessageTypes()) {
      String name = message.getFullName();
      String text =
          text(expected.getName())
              + "\nservice Probe { rpc Ask("
              + name
              + ") returns ("
              + name
              + "); }";

      ProtoMethod method = ProtoFile.parse(text).method("google.protobuf.Probe", "Ask");

      assertThat(method.takes().toProto().toBuilder().clearOptions().build().getFieldList())
          .isEqualTo(
              message.toProto().getFieldList().stream()
                  .map(field -> field.toBuilder().clearOptions().clearJsonName().build())
                  .toList());
      assertThat(ProtoFile.parse(method.text()).method(method.service(), "Ask").descriptor())
          .isEqualTo(method.descriptor());
    }
  }

  private static String text(String path) throws IOException {
    try (InputStream in = FileDescriptor.class.getClassLoader().getResourceAsStream(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static ProtoMethod method(String text) throws ProtoFailure {
    return ProtoFile.parse(HEAD + text).method("S", "A");
  }

  @Test
  void resolvesNamesFromInsideOut() throws Exception {
    ProtoMethod method =
        ProtoFile.parse(
                HEAD
                    + "package a.b; service S { rpc A(b.X) returns (.a.b.X); }message X { message Y"
                    + " {} Y inner = 1; X.Y same = 2; b.Y outer = 3; Z z = 4; }message Y { } enum Z"
                    + " { NONE = 0; } ")
            .method("a.b.S", "A");

    assertThat(method.takes().getFields())
        .extracting(
            field ->
                field.getJavaType() == com.google.protobuf.Descriptors.FieldDescriptor.JavaType.ENUM
                    ? field.getEnumType().getFullName()
                    : field.getMessageType().getFullName())
        .containsExactly("a.b.X.Y", "a.b.X.Y", "a.b.Y", "a.b.Z");
  }

  @Test
  void keepsTheShellOfWhatIsNeededFromInside() throws Exception {
    ProtoMethod method =
        method(
            "service S { rpc A(O.I) returns (O.I); }"
                + "message O { string gone = 1; message I { int32 kept = 1; } message J {} }");

    assertThat(method.text())
        .contains("message O {", "message I {", "kept")
        .doesNotContain("gone", "message J");
  }

  @Test
  void skipsWhatMeansNothingHere() throws Exception {
    ProtoMethod method =
        method(
            """
            import public "a.proto"; option a = "x;}"; option (b).c = { d: [1, 2] e { f: ">" } };
            extend google.protobuf.MethodOptions { string x = 1; };
            service S { option deprecated = true;
              rpc A(X) returns (X) { option (h) = { get: "/v1/{x}" }; }; }
            message X {
              option (a) = -1.5e-3; reserved 2, 4 to max; reserved "y", 'z'; ;
              string message = 1 [(v).min = 1, json_name = "m", deprecated = false];
              int32 option1 = 0x3; /* } */ sint64 map = 010; // }
            }
            """);

    assertThat(method.takes().getFields())
        .extracting(field -> field.getNumber() + " " + field.getJsonName())
        .containsExactly("1 m", "3 option1", "8 map");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "message X { int32 a = 0; } | 2:23: no field can have the number 0",
        "message X { int32 a = 19500; } | 2:23: no field can have the number 19500",
        "message X { int32 a = 99999999999; } | 2:23: '99999999999' is not the number of a field",
        "message X { int32 a 1; } | 2:21: expected '=', found '1'",
        "message X { int32 = 1; } | 2:19: expected the name of a field, found '='",
        "message X { required int32 a = 1; } | 2:13: 'required' is not supported: it is of proto2",
        "message X { map<double, int32> a = 1; } | 2:17: keys of a map are integers",
        "message X { int32 a = 1; int32 b = 1; } | 2:32: 'X.b': Field number 1",
        "message X { int32 a = 1; int32 a = 2; } | 2:19: 'X.a':",
        "message X {} message X {} | 2:9: 'X':",
        "message X { Gone a = 1; } | 2:18: the type 'Gone' is not known",
        "message X { enum E { A = 1; } } | 2:26: the first value of an enum must be 0",
        "message X { enum E { } } | 2:18: enum 'E' has no value",
        "message X { oneof o { } } | 2:19: oneof 'o' has no field",
        "message X { string a = 1 [json_name = 'a\\n']; } | 2:39: 'a\\n' cannot be a name in JSON",
        "message X { | 3:11: expected '=', found '{'",
        "message X { int32 a = 1 [b = 1 | 4:1: expected ']', found the end",
        "message X } | 2:11: expected '{', found '}'",
        "message X {} /* | 2:14: a comment has no end",
        "message X {} option a = \" | 2:25: a string has no end",
        "message X {} # | 2:14: the character '#' means nothing here",
        "banana | 2:1: expected message, enum, service, import, package or option",
        "message X {} package late; | 2:14: there is one package, before all declarations",
      })
  void saysWhatIsWrongAndWhere(String text, String message) {
    assertThatThrownBy(() -> method(text + "\n" + SERVICE))
        .isInstanceOfSatisfying(
            ProtoFailure.class,
            failure ->
                assertThat(failure.line() + ":" + failure.column() + ": " + failure.getMessage())
                    .startsWith(message));
  }

  @ParameterizedTest
  @CsvSource({
    "'', no syntax is named",
    "'message X {}', no syntax is named",
    "'syntax = \"proto2\";', syntax 'proto2' is not supported",
    "'edition = \"2023\";', editions are not supported",
  })
  void readsNothingButProto3(String text, String message) {
    assertThatThrownBy(() -> ProtoFile.parse(text))
        .isInstanceOf(ProtoFailure.class)
        .hasMessageContaining(message);
  }

  @Test
  void nestsNoDeeperThanItsStackHolds() {
    String deep = "message M {".repeat(100_000);

    assertThatThrownBy(() -> ProtoFile.parse(HEAD + deep))
        .isInstanceOf(ProtoFailure.class)
        .hasMessageContaining("deeper than 32");
  }

  @Test
  void anEnumIsNoMessage() {
    assertThatThrownBy(() -> method("enum X { A = 0; }" + SERVICE))
        .isInstanceOf(ProtoFailure.class)
        .hasMessageContaining("is an enum");
  }

  /** Whatever the text: a method, or a failure, and never anything else. */
  @Test
  void neverThrowsOnWhatSomebodyMangled() {
    String whole =
        HEAD
            + "package p; import \"google/protobuf/any.proto\";"
            + "service S { rpc A(X) returns (X) { option (a) = { b: 1 }; } }"
            + "message X { enum E { Z = 0; } map<string, X> m = 1; oneof o { E e = 2; }"
            + " optional google.protobuf.Any any = 3 [json_name = \"a\"]; repeated X x = 4; }";
    Random random = new Random(Long.getLong("seed", 7));
    for (int round = 0; round < 5_000; round++) {
      StringBuilder mangled = new StringBuilder(whole);
      for (int i = 0; i <= random.nextInt(3); i++) {
        mangled.append(' '); // So that there always is something to mangle.
        int at = random.nextInt(mangled.length());
        switch (random.nextInt(3)) {
          case 0 -> mangled.deleteCharAt(at);
          case 1 -> mangled.insert(at, "{}[]<>=;.,\"01ax \n/*".charAt(random.nextInt(19)));
          default -> mangled.setLength(Math.max(1, at));
        }
      }
      tryOut(mangled.toString());
    }
  }

  private static void tryOut(String text) {
    try {
      ProtoFile file = ProtoFile.parse(text);
      for (String service : file.services()) {
        for (String name : file.methods(service)) {
          ProtoMethod method = file.method(service, name);
          assertThat(ProtoFile.parse(method.text()).method(service, name).descriptor())
              .isEqualTo(method.descriptor());
        }
      }
    } catch (ProtoFailure e) {
      assertThat(List.of(e.line(), e.column())).allMatch(each -> each >= 1);
    }
  }
}
