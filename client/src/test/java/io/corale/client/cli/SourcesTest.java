package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
  private final InputStream in =
      new ByteArrayInputStream("\u00e4bc".getBytes(StandardCharsets.UTF_8));

  @Test
  void whatFitsIsRead() {
    assertThat(Sources.read("-", in, 4)).isEqualTo("\u00e4bc");
  }

  @Test
  void whatDoesNotIsNotReadToItsEnd() {
    assertThatThrownBy(() -> Sources.read("-", in, 3))
        .hasMessage("file - has more than 3 bytes, which is all that is read");
  }

  @Test
  void aFileThatIsNoTextIsToldAsSuch(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("f"), new byte[] {-1});

    assertThatThrownBy(() -> Sources.read(file.toString(), in, 3))
        .hasMessageContaining("it is not UTF-8 text");
  }
}
