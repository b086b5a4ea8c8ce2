package io.corale.node.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.OwnerId;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import io.corale.node.seal.KeyRing.Opened;
import java.security.SecureRandom;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is sealed opens in its own place only, and says nothing anywhere else. */
class KeyRingTest {
  private static final OwnerId ACME = new OwnerId("acme");
  private static final SecretName NAME = new SecretName("apiKey");
  private static final ByteString VALUE = ByteString.copyFromUtf8("\"s3cr3t\"");

  private final KeyRing ring = new KeyRing(List.of(key(1), key(2)), new SecureRandom());

  @Test
  void opensWhatItSealed() {
    assertThat(ring.open(ACME, sealed())).isEqualTo(new Opened.Value(VALUE));
  }

  @Test
  void opensForItsOwnerAndNameOnly() {
    SealedSecret sealed = sealed();
    SealedSecret renamed =
        new SealedSecret(new SecretName("apikey"), 1, 0, sealed.key(), sealed.sealed());

    assertThat(ring.open(new OwnerId("globex"), sealed)).isInstanceOf(Opened.Closed.class);
    assertThat(ring.open(ACME, renamed)).isInstanceOf(Opened.Closed.class);
  }

  @Test
  void noticesEveryChangedByte() {
    SealedSecret sealed = sealed();
    for (int i = 0; i < sealed.sealed().size(); i++) {
      byte[] bytes = sealed.sealed().toByteArray();
      bytes[i] ^= 1;
      SealedSecret changed = new SealedSecret(NAME, 1, 0, sealed.key(), ByteString.copyFrom(bytes));
      assertThat(ring.open(ACME, changed)).as("byte " + i).isInstanceOf(Opened.Closed.class);
    }
    for (int size = 1; size < sealed.sealed().size(); size++) {
      SealedSecret cut =
          new SealedSecret(NAME, 1, 0, sealed.key(), sealed.sealed().substring(0, size));
      assertThat(ring.open(ACME, cut)).as("cut to " + size).isInstanceOf(Opened.Closed.class);
    }
  }

  @Test
  void theSameValueIsSealedDifferentlyEachTime() {
    Set<ByteString> seals = new LinkedHashSet<>();
    for (int i = 0; i < 100; i++) {
      seals.add(sealed().sealed());
    }

    assertThat(seals).hasSize(100);
  }

  @Test
  void theLargestValueFits() {
    ByteString large = ByteString.copyFrom(new byte[SealedSecret.MAX_VALUE_BYTES]);

    assertThat(ring.open(ACME, ring.seal(ACME, NAME, 1, 0, large)))
        .isEqualTo(new Opened.Value(large));
  }

  @Test
  void neitherKeyNorValueIsInWhatIsPrinted() {
    assertThat(key(7).toString() + ring + ring.open(ACME, sealed()) + sealed())
        .doesNotContain("s3cr3t", "0707", "[7, 7");
  }

  private SealedSecret sealed() {
    return ring.seal(ACME, NAME, 1, 0, VALUE);
  }

  private static SealingKey key(int seed) {
    byte[] bytes = new byte[SealingKey.KEY_BYTES];
    java.util.Arrays.fill(bytes, (byte) seed);
    return new SealingKey(bytes);
  }
}
