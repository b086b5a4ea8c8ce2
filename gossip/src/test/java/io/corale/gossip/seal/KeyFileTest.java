package io.corale.gossip.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A key file is either a ring of whole keys, or a message that says what is wrong in which line.
 */
class KeyFileTest {
  private static final String HEX = "00112233445566778899aabbccddeeff".repeat(2);
  private static final String BASE64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  @Test
  void takesHexadecimalAndBase64AmongRemarks() {
    KeyRing old = KeyFile.parse("gossip.keys", "# the first\r\n\r\n  " + HEX + "\r\n");
    KeyRing both = KeyFile.parse("gossip.keys", BASE64 + "\n# until all have both:\n" + HEX);
    AesSeal before = seal("n1", old);
    AesSeal after = seal("n2", both);

    assertThat(after.open(before.seal(new byte[1]))).isInstanceOf(Opened.Message.class);
    assertThat(before.open(after.seal(new byte[1])))
        .as("the first one seals")
        .isEqualTo(new Opened.Refused(Refusal.UNKNOWN_KEY));
  }

  static Stream<Arguments> wrong() {
    String many =
        IntStream.rangeClosed(1, 9).mapToObj(KeyFileTest::key).collect(Collectors.joining("\n"));
    return Stream.of(
        Arguments.of("", "k has no key: expected 32 bytes in base64"),
        Arguments.of("# nothing\n\n", "k has no key: expected 32 bytes in base64"),
        Arguments.of("#\n" + HEX + "\nhunter2!", "k, line 3: no key: expected 32 bytes"),
        Arguments.of(HEX.substring(2), "k, line 1: the key has 46 bytes: expected 32"),
        Arguments.of("AAECAwQF", "k, line 1: the key has 6 bytes: expected 32 bytes"),
        Arguments.of("\n" + "00".repeat(32), "k, line 2: all bytes of the key are equal"),
        Arguments.of(HEX + "\n#\n" + HEX, "k, line 3: the key of line 1 again"),
        Arguments.of(HEX + " " + HEX, "k, line 1: no key"),
        Arguments.of(many, "k, line 9: one key too many: expected at most 8"),
        Arguments.of("#".repeat(20_000), "k has more than 16384 characters"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void saysWhatIsWrongInWhichLineAndNeverAKey(String text, String message) {
    Throwable thrown = catchThrowable(() -> KeyFile.parse("k", text));

    assertThat(thrown).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    assertThat(String.valueOf(thrown).toLowerCase(Locale.ROOT))
        .doesNotContain("00112233", "aaecawqf", "hunter", "00000000");
    assertThat(thrown.getCause()).as("it might say what stands there").isNull();
  }

  @Test
  void nothingThatHoldsAKeyPrintsIt() {
    KeyRing ring = KeyFile.parse("k", HEX + "\n" + BASE64);

    assertThat(Stream.of(ring, ring.primary(), seal("n1", ring)).map(Object::toString))
        .allSatisfy(text -> assertThat(text).doesNotContain("00112233", "aabbcc", "AAEC"))
        .allSatisfy(text -> assertThat(text).containsPattern("key [0-9a-f]{8}"));
  }

  @Test
  void aRingRefusesTwoKeysOfOneName() {
    assertThatThrownBy(
            () ->
                new KeyRing(
                    List.of(new ClusterKey(new byte[] {1, 2}), new ClusterKey(new byte[32]))))
        .hasMessageContaining("32 bytes");
    ClusterKey key = new ClusterKey(new byte[32]);
    assertThatThrownBy(() -> new KeyRing(List.of(key, key)))
        .hasMessageContaining("no two of one id");
    assertThatThrownBy(() -> new KeyRing(List.of())).hasMessageContaining("1 to 8 keys");
  }

  private static String key(int number) {
    byte[] key = new byte[32];
    key[5] = (byte) number;
    return Base64.getEncoder().encodeToString(key);
  }

  private static AesSeal seal(String node, KeyRing ring) {
    return new AesSeal(new ClusterName("corale"), new Incarnation(new NodeId(node), 1), ring);
  }
}
