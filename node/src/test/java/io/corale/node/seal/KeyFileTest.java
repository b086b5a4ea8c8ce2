package io.corale.node.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.corale.model.OwnerId;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A key file is either a ring of whole keys, or a start that says what is wrong with it. */
class KeyFileTest {
  private static final OwnerId ACME = new OwnerId("acme");
  private static final SecretName NAME = new SecretName("apiKey");
  private static final ByteString VALUE = ByteString.copyFromUtf8("\"s3cr3t\"");
  private static final String HEX = "00112233445566778899aabbccddeeff".repeat(2);
  private static final String BASE64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  @TempDir private Path directory;

  @Test
  void takesHexadecimalAndBase64AmongRemarks() throws IOException {
    KeyRing old = KeyFile.read(file("# the first\n\n" + HEX + "\n"));
    KeyRing both = KeyFile.read(file(BASE64 + "\n# until all is sealed anew:\n" + HEX + "\n"));

    SealedSecret before = old.seal(ACME, NAME, 1, 0, VALUE);
    SealedSecret after = both.seal(ACME, NAME, 2, 0, VALUE);

    assertThat(both.open(ACME, before)).isEqualTo(new KeyRing.Opened.Value(VALUE));
    assertThat(both.isCurrent(before)).isFalse();
    assertThat(both.isCurrent(after)).isTrue();
    assertThat(old.open(ACME, after).toString()).contains(after.key(), "secrets.keyFile");
  }

  @Test
  void makesAFileOfItsOwnOnce() throws IOException {
    Path file = directory.resolve("secrets.key");
    KeyFile.make(file);
    SealedSecret sealed = KeyFile.read(file).seal(ACME, NAME, 1, 0, VALUE);
    KeyFile.make(file);

    assertThat(KeyFile.read(file).open(ACME, sealed)).isEqualTo(new KeyRing.Opened.Value(VALUE));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  /** A file without its key would keep a node from starting, and from making another one. */
  @RepeatedTest(20)
  void showsNoFileWithoutItsKey() throws Exception {
    Path file = directory.resolve("secrets.key");
    Thread making =
        new Thread(
            () -> {
              try {
                KeyFile.make(file);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });

    making.start();
    while (!Files.exists(file)) {
      Thread.onSpinWait();
    }

    assertThat(Files.readString(file)).endsWith("\n");
    making.join();
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of("", "has no key"),
        Arguments.of("# nothing yet\n", "has no key"),
        Arguments.of("c2hvcnQ=\n", "keys:1: the key has 5 bytes: expected 32 bytes"),
        Arguments.of(HEX + "\n" + HEX.substring(2) + "\n", "keys:2: the key has 46 bytes"),
        Arguments.of("no key!\n", "keys:1: no key: expected 32 bytes in base64 or hexadecimal"),
        Arguments.of(HEX + "\n" + HEX + "\n", "1 to 16 keys, all different"),
        Arguments.of("# x\n".repeat(5_000), "has more than 16384 bytes"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void saysWhatIsWrongButNeverTheKey(String text, String expected) throws IOException {
    Path file = file(text);

    assertThatThrownBy(() -> KeyFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(expected)
        .hasMessageNotContaining(HEX.substring(2));
  }

  @Test
  void refusesAFileThatOthersRead() throws IOException {
    Path file = file(HEX);
    for (String open : List.of("rw-r--r--", "rw--w----")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));

      assertThatThrownBy(() -> KeyFile.read(file))
          .hasMessageContaining("is open to others (" + open + "): chmod 600 it");
    }

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(KeyFile.read(file).hasKey()).isTrue();
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(() -> KeyFile.read(directory.resolve("nowhere")))
        .hasMessageContaining("there is no such file");
  }

  private Path file(String text) throws IOException {
    Path file = directory.resolve("keys");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }
}
