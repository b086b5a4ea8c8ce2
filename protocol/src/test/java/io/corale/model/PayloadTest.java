package io.corale.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

/** What payloads are equal to, and what only refers to one (rule 33). */
class PayloadTest {
  private static final Payload TEXT = Payload.ofJson("1".repeat(Payload.MAX_INLINE_BYTES + 1));

  @Test
  void aTextEqualsItsReferenceAndNoOther() {
    Payload reference = Payload.of(TEXT.reference());
    Payload other = Payload.ofJson("2".repeat(TEXT.sizeBytes()));

    assertThat(reference).isEqualTo(TEXT).hasSameHashCodeAs(TEXT).isNotEqualTo(other);
    assertThat(TEXT).isEqualTo(reference).isEqualTo(new Payload(TEXT.bytes()));
    assertThat(reference.sizeBytes()).isEqualTo(TEXT.sizeBytes());
    assertThat(Payload.ofJson("1")).isEqualTo(Payload.ofJson("1")).isNotEqualTo(Payload.NULL);
  }

  @Test
  void aReferenceHasNoBytes() {
    Payload reference = Payload.of(TEXT.reference());

    assertThat(reference.isReference()).isTrue();
    assertThat(reference.fitsInline()).isFalse();
    assertThatThrownBy(reference::bytes).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(reference::json).isInstanceOf(IllegalStateException.class);
    assertThat(reference.toString()).contains(TEXT.sizeBytes() + " bytes");
  }

  @Test
  void whatFitsInlineIsNoTextAndNeitherIsWhatIsTooLarge() {
    ByteString sha256 = TEXT.reference().sha256();
    for (int size : new int[] {0, Payload.MAX_INLINE_BYTES, Payload.MAX_BYTES + 1}) {
      assertThatThrownBy(() -> new Payload.Reference(sha256, size))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(size));
    }
    assertThatThrownBy(() -> new Payload.Reference(ByteString.EMPTY, 40_000))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReferenceIsOfItsBytesOnly() {
    Payload.Reference reference = TEXT.reference();

    assertThat(reference.isOf(TEXT.bytes())).isTrue();
    assertThat(reference.isOf(ByteString.copyFromUtf8("2".repeat(TEXT.sizeBytes())))).isFalse();
    assertThat(reference.isOf(ByteString.EMPTY)).isFalse();
  }
}
