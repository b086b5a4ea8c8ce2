package io.corale.gossip.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys are made as RFC 5869 says: the test cases 1 to 3 of its appendix A. */
class HkdfTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String BYTES = hexOfRange(0, 256);

  @ParameterizedTest(name = "test case {0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "1 | 22 of 0b | 00-0c | f0-f9 "
            + "| 077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"
            + "| 3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b88718"
            + "5865",
        "2 | 00-4f | 60-af | b0-ff "
            + "| 06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244"
            + "| b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271"
            + "cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
        "3 | 22 of 0b | none | none "
            + "| 19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04"
            + "| 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96"
            + "c8"
      })
  void givesTheBytesOfTheStandard(
      int number, String secret, String salt, String info, String key, String output) {
    byte[] extracted = Hkdf.extract(bytes(salt), bytes(secret));
    byte[] expanded = Hkdf.expand(extracted, bytes(info), output.strip().length() / 2);

    assertThat(HEX.formatHex(extracted)).isEqualTo(key.strip());
    assertThat(HEX.formatHex(expanded)).isEqualTo(output.strip());
  }

  @Test
  void refusesMoreThanItsBlocksCanBeNumbered() {
    byte[] key = new byte[32];

    assertThat(Hkdf.expand(key, new byte[0], Hkdf.MAX_BYTES)).hasSize(255 * 32);
    assertThatThrownBy(() -> Hkdf.expand(key, new byte[0], Hkdf.MAX_BYTES + 1))
        .hasMessageContaining("1 to 8160 bytes");
    assertThatThrownBy(() -> Hkdf.expand(key, new byte[0], 0)).hasMessageContaining("was 0");
  }

  private static byte[] bytes(String said) {
    if (said == null) {
      return new byte[0];
    }
    if (said.contains(" of ")) {
      String[] parts = said.split(" of ", 2);
      return HEX.parseHex(parts[1].repeat(Integer.parseInt(parts[0])));
    }
    int from = Integer.parseInt(said.substring(0, 2), 16);
    int to = Integer.parseInt(said.substring(3), 16);
    return HEX.parseHex(BYTES.substring(2 * from, 2 * to + 2));
  }

  private static String hexOfRange(int from, int to) {
    StringBuilder hex = new StringBuilder();
    for (int i = from; i < to; i++) {
      hex.append(HEX.toHexDigits((byte) i));
    }
    return hex.toString();
  }
}
